from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name, label = "kuutio.notices", "notices"
