from django.apps import AppConfig


class InnovationConfig(AppConfig):
    name, label = "kuutio.innovation", "innovation"
