"""Templates of the site and the panel, packaged with the wheel."""
