"""The verbs of participation: each one a transaction, a permission and an audit line."""
