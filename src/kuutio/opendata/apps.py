from django.apps import AppConfig


class OpendataConfig(AppConfig):
    name, label = "kuutio.opendata", "opendata"
