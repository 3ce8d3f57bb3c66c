from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Last of the apps: gathers what the domains declare for the joint pages."""

    name, label = "kuutio.config", "house"

    def ready(self) -> None:
        """Hand the gathered parts to `web`, and what is published to `opendata`."""
        from kuutio.config.handoffs import winner_becomes_project
        from kuutio.config.parts import ALL
        from kuutio.config.published import PUBLISHERS
        from kuutio.innovation import lacks
        from kuutio.opendata import beside, declared
        from kuutio.participation import handing
        from kuutio.web import gathered

        gathered.install(ALL)
        declared.install(PUBLISHERS)
        beside.install(lacks.beside)
        handing.install(winner_becomes_project)
