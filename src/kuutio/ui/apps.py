"""The look of every page."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layout, components, form rendering, map and chart widgets."""

    name = "kuutio.ui"
    label = "ui"
