"""Which request is being answered in this thread of work."""

import contextvars

#: The id of the request, for joining audit lines with logs; set by the web's middleware.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
