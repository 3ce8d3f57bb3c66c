from django.apps import AppConfig


class AuditConfig(AppConfig):
    name, label = "kuutio.audit", "audit"
