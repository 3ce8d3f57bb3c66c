"""The verbs of the catalogue: every door calls these and nothing else to change something."""
