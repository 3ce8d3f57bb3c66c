"""Addresses that have no language."""

from django.urls import path

from kuutio.web import views

urlpatterns = [
    path("", views.to_language, name="to-language"),
]
