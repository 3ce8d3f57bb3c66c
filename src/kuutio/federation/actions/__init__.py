"""The verbs: sources are kept in `sources`, run in `runs`; `records` and `files` are what a run is made of."""
