from django.apps import AppConfig


class SearchConfig(AppConfig):
    name, label = "kuutio.search", "search"
