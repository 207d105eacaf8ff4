"""Many problems at once: where they come from, the run that a kill cannot spoil, the table and the report."""
