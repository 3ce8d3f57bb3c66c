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
    return answer


def _prepare() -> None:
    from django.conf import settings
    from django.template.loader import get_template
    from django.utils import translation

    import_module(settings.ROOT_URLCONF)
    for language, _name in settings.LANGUAGES:
        translation.activate(language)
    translation.deactivate()
    get_template("ui/base.html")


_prepare()
