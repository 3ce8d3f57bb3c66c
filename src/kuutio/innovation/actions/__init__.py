"""Verbs: each one transaction, one permission, one audit line."""
