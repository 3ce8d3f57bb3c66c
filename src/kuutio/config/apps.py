from django.apps import AppConfig


class HouseConfig(AppConfig):
    """Last of the apps: gathers what the domains declare for the joint pages."""

    name, label = "kuutio.config", "house"

    def ready(self) -> None:
        """Hand the gathered parts to `web`, what is published to `opendata`, and to each domain what another does for it."""
        from kuutio.config import handoffs
        from kuutio.config.open_calls import open_calls
        from kuutio.config.parts import ALL
        from kuutio.config.published import PUBLISHERS
        from kuutio.contact import addressed
        from kuutio.innovation import handing as trials
        from kuutio.innovation import lacks, offers
        from kuutio.innovation.actions.judging import answer_moved
        from kuutio.opendata import beside, declared
        from kuutio.participation import handing
        from kuutio.programme import evidence
        from kuutio.programme.handing import application_moved
        from kuutio.selection import handing as choosing
        from kuutio.web import gathered

        gathered.install(ALL)
        declared.install(PUBLISHERS)
        beside.install(lacks.beside)
        offers.install(open_calls)
        handing.install(handoffs.winner_becomes_project, handoffs.winner_is_taken_back)
        choosing.install({"answer": answer_moved, "application": application_moved})
        trials.install(
            open_case=handoffs.offered_trial_becomes_case,
            settle_case=handoffs.answered_trial_settles_case,
            take_back_case=handoffs.trial_taken_back_settles_case,
            said_in=handoffs.said_in_cases,
            projects=handoffs.known_projects,
            take_figure=handoffs.trial_figure_counts,
        )
        addressed.install(handoffs.role_is_written_to)
        evidence.install(ALL.evidence, ALL.gaps)
