from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name, label = "kuutio.participation", "participation"
