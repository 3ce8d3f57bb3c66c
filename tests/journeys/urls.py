"""The site's addresses and the gallery's, which only a development installation has."""

from django.urls import path

from kuutio.config.urls import handler400, handler403, handler404, handler500
from kuutio.config.urls import urlpatterns as site
from kuutio.ui import gallery

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("ui/", gallery.show, name="gallery"),
    path("ui/errors/<int:status>/", gallery.error, name="gallery-error"),
    *site,
]
