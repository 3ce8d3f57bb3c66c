from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Last of the apps: gathers what the domains declare for the joint pages."""

    name, label = "kuutio.config", "house"

    def ready(self) -> None:
        """Hand the gathered parts to `web`, what is published to `opendata`, and to each domain what another does for it."""
        from kuutio.config.handoffs import role_is_written_to, winner_becomes_project
        from kuutio.config.parts import ALL
        from kuutio.config.published import PUBLISHERS
        from kuutio.contact import addressed
        from kuutio.opendata import declared
        from kuutio.participation import handing
        from kuutio.programme import evidence
        from kuutio.web import gathered

        gathered.install(ALL)
        declared.install(PUBLISHERS)
        handing.install(winner_becomes_project)
        addressed.install(role_is_written_to)
        evidence.install(ALL.evidence, ALL.gaps)
