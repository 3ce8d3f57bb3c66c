from django.apps import AppConfig


class CitiesConfig(AppConfig):
    name, label = "kuutio.cities", "cities"
