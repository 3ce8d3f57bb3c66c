from django.apps import AppConfig


class ContactConfig(AppConfig):
    name, label = "kuutio.contact", "contact"
