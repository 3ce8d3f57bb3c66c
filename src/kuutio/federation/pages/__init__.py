"""The officers' pages of sources and their runs."""
