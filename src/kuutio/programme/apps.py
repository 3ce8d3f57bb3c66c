from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name, label = "kuutio.programme", "programme"
