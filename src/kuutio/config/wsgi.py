"""The web process's entry: all that the first request would wait for is read before a process takes any."""

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request; with the first one the process begins to listen for changes of the catalogue."""
    from kuutio.opendata.engine import duck
    from kuutio.opendata.watching import watch

    duck.read_apart()
    watch.start()  # not on import: who only reads this module must not keep what it finds
    answer: Iterable[bytes] = _django(environ, start_response)
    return answer if getattr(answer, "streaming", True) else _whole(answer)


def _whole(response: Any) -> list[bytes]:
    """An answer that is there already, as the list that the server sends at once; others it takes piece by piece."""
    body = [response.content]
    response.close()
    return body


def _prepare() -> None:
    from django.conf import settings
    from django.core.cache import close_caches
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, reset_queries
    from django.template.loader import get_template
    from django.utils import translation

    # What Django does at the ends of each request, beyond need: only DEBUG keeps a list of queries, our caches have nothing
    # to close, and a connection that is too old or broken is put away where the next request of its thread begins.
    request_started.disconnect(reset_queries)
    request_finished.disconnect(close_caches)
    request_finished.disconnect(close_old_connections)
    import_module(settings.ROOT_URLCONF)
    for language, _name in settings.LANGUAGES:
        translation.activate(language)
    translation.deactivate()
    get_template("ui/base.html")


_prepare()
