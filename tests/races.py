"""Several callers at the same moment, each with a connection of its own; for tests with `transaction=True`."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(call: Callable[[], Any], *, times: int) -> list[Any]:
    """Call it so many times at once; returns what each call gave, or the exception that it raised."""
    ready, found = threading.Barrier(times), []

    def run() -> None:
        ready.wait()
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001  # the test says which are right
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
