"""The programme's verbs: each one transaction, one permission, one audit line."""
