from django.apps import AppConfig


class WebConfig(AppConfig):
    name, label = "kuutio.web", "web"
