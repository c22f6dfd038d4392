"""What all tests share. Fixtures live in plugins named after what they give."""

pytest_plugins = ["tests.storage_fixtures", "tests.site_fixtures", "tests.browser_fixtures"]
