from django.apps import AppConfig


class FederationConfig(AppConfig):
    name, label = "kuutio.federation", "federation"
