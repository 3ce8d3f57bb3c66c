import logging

from kuutio.audit.context import request_id


class RequestFilter(logging.Filter):
    """Adds to each log line the id of the request in which it was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the line."""
        record.request_id = request_id.get()
        return True
