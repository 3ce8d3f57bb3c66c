"""Telephone numbers, as `core` reads them: the one way of customer service's doors."""

from kuutio.core.phones import NotAPhone, e164

__all__ = ["NotAPhone", "e164"]
