"""The web process's entry."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuutio.config.settings")
application = get_wsgi_application()

from kuutio.opendata.watching import watch  # noqa: E402  # after Django is set up

watch.start()
