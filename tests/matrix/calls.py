"""What the rows of `calls.toml` speak of: a call that is open, an application that two cities sent, an idea, a change request."""

import uuid
from datetime import timedelta

from django.utils import timezone

from kuutio.programme.actions import applying, call_talk, changing, ideas, submitting
from kuutio.programme.models import Application
from tests.programme.calls import made


def things() -> dict[str, str]:
    """An open call; an application of Turku and Oulu that was sent; one of theirs that runs, with a change; a draft call."""
    now = timezone.now()
    days = {"earliest_start": (now + timedelta(days=30)).date(), "latest_end": (now + timedelta(days=2000)).date()}
    call = made.call(now, now + timedelta(days=3), **days)
    question = {"key": "users", "kind": "text", "text": made.BOTH, "needed": True}
    draft = made.call(now, now + timedelta(days=3), publish=False, questions=[question], **days)
    stages = made.call(now, now + timedelta(days=3), shape="two-stages", ideas_close_at=now + timedelta(days=1), **days)
    times = {"starts_on": days["earliest_start"], "ends_on": days["earliest_start"] + timedelta(days=700)}
    row, people = made.consortium(call, now, **times)
    submitting.submit(row, key="version-1", by=people["turku"], at=now)
    running, others = made.consortium(call, now, lead="espoo", partners=("tampere",), **times)
    submitting.submit(running, key="version-1", by=others["espoo"], at=now)
    Application.objects.filter(pk=running.pk).update(state="contracted")
    wish = changing.Wish("Viivästys", times["starts_on"], times["ends_on"] + timedelta(days=30))
    change = changing.ask_change(made.fresh(running), wish, by=others["espoo"], at=now)
    asked = call_talk.ask(call, "Voiko ostaa?", language="fi", by=people["turku"], at=now)
    idea = ideas.send_idea(
        stages, title="Idea", text="Ideaa.", organisation_name="Turku", key=uuid.uuid4(), by=people["turku"], at=now
    )
    invited = made.fresh(running).partners.get(is_lead=False)
    return {
        "open_call": call.slug,
        "stages_call": stages.slug,
        "draft_call": draft.slug,
        "application": str(row.uuid),
        "running": str(running.uuid),
        "change": str(change.number),
        "call_question": str(asked.pk),
        "idea": str(idea.uuid),
        "invitation": applying.token_of(invited),
    }
