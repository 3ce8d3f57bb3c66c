"""The verbs of customer service."""
