from django.apps import AppConfig
from django.db.models.signals import post_save


class OpendataConfig(AppConfig):
    name, label = "kuutio.opendata", "opendata"

    def ready(self) -> None:
        """See each act of any verb by its audit line: what a process keeps of the catalogue ends with its commit."""
        from kuutio.audit.models import Entry
        from kuutio.opendata import watching

        post_save.connect(watching.tell, sender=Entry, dispatch_uid="opendata-watching")
