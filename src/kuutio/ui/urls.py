"""Addresses of the look: no language in them."""

from django.conf import settings
from django.urls import path

from kuutio.ui import gallery, views

app_name = "ui"
urlpatterns = [
    path("theme/<slug:city>-<str:fingerprint>.css", views.theme, name="theme"),
    path("city/", views.choose_city, name="city"),
]
if settings.DEBUG:
    urlpatterns += [
        path("ui/", gallery.show, name="gallery"),
        path("ui/errors/<int:status>/", gallery.error, name="gallery-error"),
    ]
