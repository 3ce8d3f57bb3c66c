"""Following without an account: an address, a letter with a link, letters that end with a press; nobody learns whose address is here."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from kuutio.core.problems import NotAllowed
from kuutio.participation import letters, personal, tasks
from kuutio.participation.actions import deciding, following, mail_following, processes
from kuutio.participation.actions.processes import Decision
from kuutio.participation.models import MailFollow, Stage
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.participation.test_proposals import idea_stage, proposed

ADDRESS = "seuraaja@example.org"


def followed(thing, *, language="fi", email=ADDRESS, confirm=True):
    mail_following.ask_to_follow(thing, email, language=language, at=NOON)
    row = MailFollow.objects.get(email=email.lower())
    return mail_following.confirm(row, at=NOON) if confirm else row


@pytest.mark.parametrize(
    ("language", "subject", "begin", "now"),
    [
        ("fi", "Vahvista, että seuraat: Puisto (fi)", "Seuraa", "Seuraat tätä nyt"),
        ("sv", "Bekräfta att du följer: Puisto (sv)", "Följ", "Du följer det här nu"),
        ("en", "Confirm that you follow: Puisto (en)", "Follow", "You follow this now"),
    ],
)
def test_an_address_a_letter_a_press_and_the_letters_come(process, client, language, subject, begin, now):
    door = f"/{language}/participation/{process.slug}/"
    assert f'href="{door}follow/"' in client.get(door).content.decode()
    assert client.get(f"{door}follow/").status_code == 200
    assert client.post(f"{door}follow/", {"email": "ei osoite"}).status_code == 422
    assert client.post(f"{door}follow/", {"email": ADDRESS, "website": "x"}).status_code == 422
    assert client.post(f"{door}follow/", {"email": ADDRESS.upper()}).url == door
    row = MailFollow.objects.get()
    assert (row.email, row.language, row.confirmed_at) == (ADDRESS, language, None)
    assert mail_following.write_to_confirm(row.pk)
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == ([ADDRESS], subject)
    link = re.search(rf"/{language}/participation/follow/\S+/", letter.body).group()
    assert begin in client.get(link).content.decode()
    assert MailFollow.objects.get().confirmed_at is None  # programs open links: the press confirms
    assert now in client.post(link).content.decode()
    assert MailFollow.objects.get().confirmed_at is not None
    assert not mail_following.write_to_confirm(row.pk)


def test_they_are_told_of_an_opening_and_of_the_outcome_once_and_leave_with_one_press(process, client, settings):
    row = followed(process, language="sv")
    followed(process, email="toinen@example.org", confirm=False)
    stage = process.stages.get()
    Stage.objects.filter(pk=stage.pk).update(opens_at=NOON - DAY / 24)
    assert [following.tell_of_openings(at=NOON) for _twice in range(2)] == [1, 0]
    assert following.write_to_address(row.pk, "opening", stage.pk)
    decision = Decision(three("Päätettiin"), three("Koska"), NOON.date(), {})
    closed = processes.close_process(process, decision, by=None, at=NOON + 6 * DAY)
    assert following.tell_of_outcome(closed.pk) == 1
    assert following.write_to_address(row.pk, "outcome", None)
    opening, outcome = mail.outbox
    assert opening.subject == "Nu kan du delta: Puisto (sv)"
    assert "Päätettiin (sv)" in outcome.body
    leave = re.search(r"<([^>]+)>", outcome.extra_headers["List-Unsubscribe"])[1]
    path = leave.removeprefix(settings.SITE_URL)
    assert client.get(path).status_code == 200
    assert MailFollow.objects.filter(pk=row.pk).exists()
    assert client.post(path).status_code == 200
    assert not MailFollow.objects.filter(pk=row.pk).exists()
    assert client.post(path).status_code == 200
    assert not following.write_to_address(row.pk, "outcome", None)


def test_a_proposal_s_letters_go_to_addresses_too_and_follow_when_it_is_joined(make_process, officers, client):
    ideas = idea_stage(make_process(others=["vantaa"]))
    gone, stays = proposed(ideas), proposed(ideas, "Istuimia rantaan")
    door = f"/fi/proposals/{gone.contribution.uuid}/follow/"
    assert client.get(door).status_code == 200
    assert client.post(door, {"email": ADDRESS}).status_code == 302
    mail_following.confirm(MailFollow.objects.get(), at=NOON)
    deciding.merge(gone, stays, by=officers["helsinki"], at=NOON)
    row = MailFollow.objects.get()
    assert row.contribution_id == stays.contribution_id
    step = deciding.set_status(stays, "chosen", three("Valittu"), by=officers["helsinki"], at=NOON)
    assert letters.addresses_of("status", step.pk) == [row.pk]
    tasks.write_letter_to_address("status", step.pk, row.pk)
    letter = mail.outbox[-1]
    assert letter.to == [ADDRESS]
    assert "Valittu (fi)" in letter.body
    assert "List-Unsubscribe" in letter.extra_headers
    mail_following.end(row, at=NOON)
    assert not letters.write_to_address("status", step.pk, row.pk)


def test_the_answer_is_the_same_whoever_follows_and_nobody_s_mailbox_is_filled(process, client):
    door = f"/fi/participation/{process.slug}/follow/"
    before = client.post(door, {"email": ADDRESS})
    again = client.post(door, {"email": ADDRESS})
    mail_following.confirm(MailFollow.objects.get(), at=NOON)
    after = client.post(door, {"email": ADDRESS})
    assert before.url == again.url == after.url
    assert MailFollow.objects.count() == 1
    asked = MailFollow.objects.get().asked_at
    mail_following.ask_to_follow(process, ADDRESS, language="sv", at=asked + 2 * mail_following.BETWEEN)
    assert MailFollow.objects.get().asked_at == asked  # it is confirmed: no letter asks again
    statuses = [client.post(door, {"email": f"osoite{number}@example.org"}).status_code for number in range(20)]
    assert statuses[0] == 302
    assert statuses[-1] == 429
    assert ADDRESS not in client.get(f"/fi/participation/{process.slug}/").content.decode()


def test_addresses_go_when_their_time_is_over_and_with_the_person(process):
    followed(process, confirm=False)
    old = NOON + mail_following.CONFIRM_WITHIN + timedelta(seconds=1)
    assert mail_following.forget(at=NOON + DAY) == 0
    assert mail_following.forget(at=old) == 1
    person = PersonFactory(email=ADDRESS)
    followed(process)
    assert personal.exported(person)["follows_by_mail"] == [{"process": process.slug, "proposal": ""}]
    personal.erase(person, NOON)
    assert not MailFollow.objects.exists()
    followed(process)
    decision = Decision(three("Päätettiin"), three("Koska"), NOON.date(), {})
    processes.close_process(process, decision, by=None, at=NOON + 6 * DAY)
    assert mail_following.forget(at=NOON + 7 * DAY) == 0
    assert mail_following.forget(at=NOON + 40 * DAY) == 1


def test_forged_and_foreign_links_open_nothing_and_drafts_are_followed_by_nobody(process, make_process, client):
    row = followed(process, confirm=False)
    for token in ("none", mail_following.leave_token(row)):
        assert client.post(f"/fi/participation/follow/{token}/").status_code == 200
    assert MailFollow.objects.get().confirmed_at is None
    client.post(f"/fi/participation/unfollow/{mail_following.confirm_token(row)}/")
    assert MailFollow.objects.exists()
    draft = make_process(publish=False, slug="luonnos")
    assert client.post("/fi/participation/luonnos/follow/", {"email": ADDRESS}).status_code == 404
    with pytest.raises(NotAllowed):
        mail_following.ask_to_follow(draft, ADDRESS, language="fi", at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailFollow.objects.create(email=ADDRESS, language="fi", asked_at=NOON)
