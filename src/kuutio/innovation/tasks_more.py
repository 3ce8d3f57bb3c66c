"""Later work of solutions, test users, concepts and matching; each task takes ids and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="* * * * * */15")
@app.task(queue="house", queueing_lock="innovation-follow-data", lock="innovation-follow-data")
def follow_data(timestamp: int) -> None:
    """See where solutions run, once data has changed."""
    from django.utils import timezone

    from kuutio.innovation import running

    running.follow_data(timezone.now())


@app.periodic(cron="41 2 * * *")
@app.task(queue="house", queueing_lock="innovation-judge-all", lock="innovation-follow-data")
def judge_all(timestamp: int) -> None:
    """See where all solutions run: data grows old without any change. Match all data sets anew."""
    from django.utils import timezone

    from kuutio.innovation import findable_datasets, letters_more, running

    running.judge_all(timezone.now())
    findable_datasets.refresh_all()
    letters_more.forget_contacts(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="innovation-match-learnt", lock="innovation-match-learnt")
def match_learnt(timestamp: int) -> None:
    """Match anew what waited for its words to be learnt."""
    from kuutio.innovation import things

    things.match_learnt()


@app.task(queue="house", retry=_AGAIN)
def tell_maker(solution_id: int) -> None:
    """Tell a solution's maker what was decided."""
    from kuutio.innovation import letters_more

    letters_more.tell_maker(solution_id)


@app.task(queue="house", retry=_AGAIN)
def write_invitations(round_id: int) -> None:
    """Queue the letters of a round, one job each."""
    from kuutio.innovation.models import Invitation

    for pk in Invitation.objects.filter(round=round_id, told_at=None).order_by("pk").values_list("pk", flat=True):
        write_invitation.defer(invitation_id=pk)


@app.task(queue="house", retry=_AGAIN)
def write_invitation(invitation_id: int) -> None:
    """Write to one test user."""
    from django.utils import timezone

    from kuutio.innovation import letters_more

    letters_more.invite(invitation_id, timezone.now())


@app.task(queue="house", retry=_AGAIN)
def write_to_developer(developer_id: int) -> None:
    """Invite one developer."""
    from kuutio.innovation import letters_more

    letters_more.invite_developer(developer_id)


@app.periodic(cron="12 5 * * *")
@app.task(queue="house", queueing_lock="innovation-notices")
def tell_of_matches(timestamp: int) -> None:
    """Queue the letters on what is new, one job each."""
    from django.utils import timezone

    from kuutio.innovation.actions import profiles

    for pk in profiles.due(timezone.now()):
        write_of_matches.defer(profile_id=pk)


@app.task(queue="house", retry=_AGAIN)
def write_of_matches(profile_id: int) -> None:
    """Write to one firm or group."""
    from django.utils import timezone

    from kuutio.innovation.actions import profiles

    profiles.tell(profile_id, timezone.now())
