"""SQL from outside: one SELECT over published tables, in a process of its own that can be killed."""

from .pool import Limits, Result, Sandbox
from .refusals import BadSql, SqlBusy, SqlTooLarge, SqlTooSlow

__all__ = ["BadSql", "Limits", "Result", "Sandbox", "SqlBusy", "SqlTooLarge", "SqlTooSlow"]
