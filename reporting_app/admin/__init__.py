"""The panel: an investigator's place of work, on their own computer, reachable from nowhere else."""
