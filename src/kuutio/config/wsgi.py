"""The web process's entry: all that the first request would wait for is read before a process takes any."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")
application = get_wsgi_application()


def _prepare() -> None:
    from django.conf import settings
    from django.template.loader import get_template
    from django.utils import translation

    from kuutio.opendata.watching import watch

    import_module(settings.ROOT_URLCONF)
    for language, _name in settings.LANGUAGES:
        translation.activate(language)
    translation.deactivate()
    get_template("ui/base.html")
    watch.start()


_prepare()
