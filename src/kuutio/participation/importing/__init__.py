"""Bringing in what people said in other services."""
