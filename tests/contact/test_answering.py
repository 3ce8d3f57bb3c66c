"""An answer on its way: kept while it is written, taken back in time, sent once whatever dies."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from kuutio.contact.actions import answering, handing, presence, working
from kuutio.contact.actions.forgetting import forget_case
from kuutio.contact.actions.passing_time import look_at_the_clock
from kuutio.contact.models import AnswerDraft, Message, Presence
from kuutio.contact.problems import AlreadySent, WrongMove
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import case as made
from tests.races import at_once

NOW = MONDAY + timedelta(hours=1)
SECOND = timedelta(seconds=1)


def sent(case) -> list[str]:
    """What officers have written; the receipt goes by itself."""
    return list(case.messages.filter(direction="out", is_automatic=False).values_list("text", flat=True))


@pytest.mark.django_db
def test_an_answer_waits_ten_seconds_and_leaves_once(group, agents, jobs):
    case, agent = made(), agents["helsinki"]
    told = {"text": "Korjaamme.", "then": "resolved", "key": "abc", "by": agent}
    draft = answering.hold_answer(case, **told, at=NOW)
    assert answering.hold_answer(case, **told, at=NOW + SECOND) == draft, "a repeated form holds nothing longer"
    assert jobs().count("send_held") == 1
    case.refresh_from_db()
    assert (draft.send_at, sent(case), case.state) == (NOW + 10 * SECOND, [], "new")
    assert not answering.send_held(draft.pk, at=NOW + 9 * SECOND)
    assert answering.send_held(draft.pk, at=NOW + 10 * SECOND)
    assert not answering.send_held(draft.pk, at=NOW + 11 * SECOND), "the same job again"
    assert answering.hold_answer(case, **told, at=NOW + 12 * SECOND) is None, "the same form again"
    case.refresh_from_db()
    assert (sent(case), case.state, jobs().count("deliver")) == (["Korjaamme."], "resolved", 1)
    assert answering.keep_answer(case, text="Korj", key="abc", by=agent, at=NOW) is None, "a saving that came late"
    with pytest.raises(AlreadySent):
        answering.take_back_answer(case, by=agent, at=NOW)


@pytest.mark.django_db
def test_an_answer_taken_back_is_a_draft_again(group, agents):
    case, agent = made(), agents["helsinki"]
    draft = answering.hold_answer(case, text="Väärin.", by=agent, at=NOW)
    answering.take_back_answer(case, by=agent, at=NOW + SECOND)
    assert not answering.send_held(draft.pk, at=NOW + 60 * SECOND)
    assert AnswerDraft.objects.get().text == "Väärin."
    answering.hold_answer(case, text="Oikein.", by=agent, at=NOW + 20 * SECOND)
    # The worker died with its jobs: the clock finds what is late.
    look_at_the_clock(NOW + timedelta(minutes=5))
    assert sent(case) == ["Oikein."]
    assert not AnswerDraft.objects.exists()


@pytest.mark.django_db
def test_what_can_no_longer_be_sent_stays_with_its_officer(group, agents):
    case, agent = made(), agents["helsinki"]
    with pytest.raises(WrongMove):
        answering.hold_answer(case, text="x", then="closed", by=agent, at=NOW)
    with pytest.raises(Invalid):
        answering.hold_answer(case, text=" ", by=agent, at=NOW)
    with pytest.raises(NotAllowed):
        answering.hold_answer(case, text="x", by=agents["espoo"], at=NOW)
    draft = answering.hold_answer(case, text="Meidän.", then="resolved", by=agent, at=NOW)
    offer = handing.offer_case(case, to=group["espoo"], reason="Teidän.", by=agent, at=NOW)
    handing.accept_case(offer, by=agents["espoo"], at=NOW + SECOND)
    assert not answering.send_held(draft.pk, at=NOW + 10 * SECOND)
    draft.refresh_from_db()
    assert (draft.text, draft.send_at, sent(case)) == ("Meidän.", None, [])
    assert "asiasta" in draft.problem, "in the language of the officer"
    other = made()
    held = answering.hold_answer(other, text="Valmis.", then="resolved", key="1", by=agent, at=NOW)
    working.move_case(other, "rejected", text="Ei kuulu meille.", by=agent, at=NOW)
    with pytest.raises(WrongMove):
        answering.hold_answer(other, text="Toinen.", key="2", by=agent, at=NOW + SECOND)
    held.refresh_from_db()
    assert held.text == "Valmis."


@pytest.mark.django_db
def test_drafts_come_back_are_nobody_elses_and_go_when_they_should(group, agents, client):
    case = made()
    client.force_login(agents["helsinki"])
    page = reverse("contact:case", args=[case.number])
    keep = reverse("contact:draft", args=[case.number])
    assert client.post(keep, {"text": "Hei\0 Aino,", "then": "resolved", "key": "k"}).status_code == 200
    shown = client.get(page).content.decode()
    assert "Hei Aino," in shown and 'value="resolved" selected' in shown
    assert client.post(keep, {"text": "x" * 20_001}).status_code == 422
    assert client.post(keep, {"then": "nowhere", "text": "Hei"}).status_code == 200
    client.force_login(agents["espoo"])
    assert client.post(keep, {"text": "x"}).status_code == 404
    client.logout()
    assert client.post(keep, {"text": "x"}).status_code == 403
    assert AnswerDraft.objects.get().then == ""
    answering.keep_answer(case, text=" ", by=agents["helsinki"], at=NOW)
    assert not AnswerDraft.objects.exists()
    answering.keep_answer(case, text="Aino", by=agents["helsinki"], at=NOW)
    answering.look_at_the_answers(NOW + timedelta(days=29))
    assert AnswerDraft.objects.exists()
    forget_case(case.pk, at=NOW)
    assert not AnswerDraft.objects.exists()


@pytest.mark.django_db
def test_a_page_sends_holds_takes_back_and_lets_the_answer_leave_before_what_comes_next(group, agents, client):
    case = made()
    client.force_login(agents["helsinki"])
    page = reverse("contact:case", args=[case.number])
    client.post(reverse("contact:answer", args=[case.number]), {"text": "Yksi", "key": "1"})
    assert not sent(case)
    assert reverse("contact:take-back", args=[case.number]) in client.get(page).content.decode()
    client.post(reverse("contact:take-back", args=[case.number]))
    assert "Yksi" in client.get(page).content.decode()
    client.post(reverse("contact:answer", args=[case.number]), {"text": "Kaksi", "key": "2"})
    client.post(reverse("contact:offer", args=[case.number]), {"to": "espoo", "reason": "Teidän."})
    assert sent(case) == ["Kaksi"]
    kinds = list(case.events.values_list("kind", flat=True))
    assert kinds.index("answered") < kinds.index("offered")


@pytest.mark.django_db
def test_officers_at_the_same_case_see_each_other(group, agents, client):
    case = made()
    agents["helsinki"].name, agents["desk"].name = "Aino Avain", "Bo Brygga"
    for key in ("helsinki", "desk"):
        agents[key].save()
    colleague = agents["desk"]
    colleague.roles.update(organisation=group["helsinki"])
    client.force_login(colleague)
    client.get(reverse("contact:case", args=[case.number]))
    client.force_login(agents["helsinki"])
    page = client.get(reverse("contact:case", args=[case.number]))
    live = f"{reverse('contact:live', args=[case.number])}?since={page.context['stamp']}"
    first = client.get(live)
    assert "Bo Brygga lukee" in first.content.decode() and first["Cache-Control"] == "private, no-cache"
    same = client.get(live, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    client.force_login(colleague)
    client.post(reverse("contact:draft", args=[case.number]), {"text": "Hei"})
    client.force_login(agents["helsinki"])
    second = client.get(live, headers={"If-None-Match": first["ETag"]})
    assert "Bo Brygga vastaa" in second.content.decode()
    Presence.objects.filter(person=colleague).update(seen_at=page.context["now"] - timedelta(minutes=1))
    working.note_case(case, text="Uutta.", by=colleague, at=page.context["now"])
    third = client.get(live, headers={"If-None-Match": second["ETag"]}).content.decode()
    assert "Bo Brygga" not in third and "on muuttunut" in third
    assert presence.sweep_presence(page.context["now"] + timedelta(days=2)) == 2
    client.logout()
    assert client.get(live).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_an_answer_once(group, agents):
    case = made()
    draft = answering.hold_answer(case, text="Kerran.", by=agents["helsinki"], at=NOW)
    at_once(lambda: answering.send_held(draft.pk, at=NOW + 10 * SECOND), times=8)
    assert Message.objects.filter(case=case, direction="out").count() == 1
    # A worker that dies before its transaction ends has done nothing.
    draft = answering.hold_answer(case, text="Kaksi.", by=agents["helsinki"], at=NOW)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        answering.send_held(draft.pk, at=NOW + 10 * SECOND)
        raise KeyboardInterrupt
    assert sent(case) == ["Kerran."]
    assert answering.look_at_the_answers(NOW + timedelta(minutes=1)) == 1
    assert sent(case) == ["Kerran.", "Kaksi."]
