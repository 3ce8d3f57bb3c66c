from django.apps import AppConfig


class SelectionConfig(AppConfig):
    name, label = "kuutio.selection", "selection"
