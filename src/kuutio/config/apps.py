from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Last of the apps: gathers what the domains declare for the joint pages."""

    name, label = "kuutio.config", "house"

    def ready(self) -> None:
        """Hand the gathered parts to `web`, and what is published to `opendata`."""
        from kuutio.config.handoffs import winner_becomes_project, winner_is_taken_back
        from kuutio.config.parts import ALL
        from kuutio.config.published import PUBLISHERS
        from kuutio.opendata import declared
        from kuutio.participation import handing
        from kuutio.web import gathered

        gathered.install(ALL)
        declared.install(PUBLISHERS)
        handing.install(winner_becomes_project, winner_is_taken_back)
