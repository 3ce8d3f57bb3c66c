"""Service concepts: versions that nobody overwrites, written by those who were invited, taken into use by another city."""

import uuid

import pytest
from django.core import mail

from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.innovation import letters_more, personal_more
from kuutio.innovation.actions import concepts
from kuutio.innovation.actions.concepts import Written
from kuutio.innovation.models import Concept, ConceptVersion, Developer
from tests.factories import CityFactory, PersonFactory
from tests.innovation.more import DAY, NOON, officer, three
from tests.races import at_once


@pytest.fixture
def concept(db):
    return concepts.begin_concept(
        CityFactory(code="oulu"),
        title=three("Penkkiapuri"),
        summary=three("Apu"),
        themes=["wellbeing"],
        by=None,
        at=NOON,
    )


def write(concept, based_on, text="Kertoo lähimmän penkin", by=None, key=None, changed="Parempi"):
    words = Written("Ikäihmisille", text, what_changed=changed)
    return concepts.write_version(
        concept, words, language="fi", based_on=based_on, key=key or uuid.uuid4(), by=by, at=NOON
    )


def test_a_firm_and_a_user_write_after_they_were_invited(concept):
    firm, user, stranger = PersonFactory(), PersonFactory(), PersonFactory()
    concepts.invite_developer(
        concept, email=firm.email, role="company", organisation="Esimerkki Oy", by=officer("oulu"), at=NOON
    )
    row = concepts.invite_developer(concept, email=user.email, role="user", by=None, at=NOON)
    letters_more.invite_developer(row.pk)
    assert mail.outbox[0].to == [user.email]
    with pytest.raises(NotAllowed):
        write(concept, 0, by=firm)
    for person in (firm, user):
        concepts.join_concept(concept, by=person, at=NOON)
    with pytest.raises(NotAllowed):
        concepts.join_concept(concept, by=stranger, at=NOON)
    assert write(concept, 0, by=firm).by_organisation == "Esimerkki Oy"
    assert (write(concept, 1, by=user).by_role, concept.versions.count()) == ("user", 2)
    with pytest.raises(NotAllowed):
        write(concept, 2, by=stranger)
    assert personal_more.kept(user)
    personal_more.erase(user, NOON)
    assert not Developer.objects.filter(email=user.email).exists()


def test_who_wrote_on_an_older_version_is_told_and_overwrites_nothing(concept):
    write(concept, 0)
    with pytest.raises(Conflict):
        write(concept, 0, text="Toinen")
    key = uuid.uuid4()
    assert write(concept, 1, key=key).pk == write(concept, 1, key=key).pk
    with pytest.raises(Invalid):
        write(concept, 2, changed="")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_write_at_once_one_writes_the_next_version():
    row = concepts.begin_concept(
        CityFactory(code="oulu"), title=three("Kilpa"), summary=three("Apu"), themes=["safety"], by=None, at=NOON
    )
    outcomes = at_once(lambda: write(row, 0), times=6)
    assert ConceptVersion.objects.filter(concept=row).count() == 1
    assert len(outcomes) == 6


def test_a_second_city_takes_it_into_use_and_tells_what_it_took(concept, client):
    version = write(concept, 0)
    told = {"what_it_took": three("Kaksi viikkoa"), "days": 12, "cost_cents": 250_000}
    with pytest.raises(NotAllowed):
        concepts.adopt_concept(
            concept,
            version,
            city=CityFactory(code="turku"),
            adopted_on=NOON.date(),
            by=officer("oulu"),
            at=NOON,
            **told,
        )
    for _each in range(2):
        concepts.adopt_concept(
            concept,
            version,
            city=CityFactory(code="turku"),
            adopted_on=NOON.date(),
            by=officer("turku"),
            at=NOON,
            **told,
        )
    assert concept.adoptions.count() == 1
    page = client.get(f"/sv/innovation/concepts/{concept.slug}/").content.decode()
    assert "Kaksi viikkoa (sv)" in page
    assert "12 arbetsdagar" in page
    other = concepts.begin_concept(
        CityFactory(code="oulu"), title=three("Muu"), summary=three("Apu"), themes=["safety"], by=None, at=NOON
    )
    with pytest.raises(Invalid):
        concepts.adopt_concept(
            other, version, city=CityFactory(code="turku"), adopted_on=(NOON + DAY).date(), by=None, at=NOON, **told
        )


def test_the_day_of_an_adoption_is_a_day_in_finland(concept):
    version, late = write(concept, 0), NOON.replace(hour=22, minute=30)  # after midnight in Finland
    told = {"what_it_took": three("Viikko"), "by": None, "at": late}
    made = concepts.adopt_concept(
        concept, version, city=CityFactory(code="turku"), adopted_on=(NOON + DAY).date(), **told
    )
    assert made.adopted_on == (NOON + DAY).date()


def test_what_has_ended_stays_and_isn_t_written_any_more(concept, client):
    write(concept, 0)
    concepts.end_concept(concept, by=officer("oulu"), at=NOON)
    with pytest.raises(Conflict):
        write(concept, 1)
    assert client.get(f"/fi/innovation/concepts/{concept.slug}/").status_code == 200


def test_the_pages_of_writing_keep_what_was_written_when_somebody_was_faster(concept, client):
    write(concept, 0)
    client.force_login(officer("oulu"))
    address = f"/fi/innovation/concepts/{concept.slug}/write/"
    form = client.get(address).context["form"]
    told = {name: form.initial.get(name, "") for name in form.fields} | {"what_changed": "Lyhyempi", "service": "Lyhyt"}
    write(concept, 1, text="Nopeampi")
    answer = client.post(address, told)
    assert answer.status_code == 422
    assert "kirjoittanut version 2" in answer.content.decode()
    assert "Lyhyt" in answer.content.decode()
    assert client.post(address, told | {"based_on": 2}).status_code == 302
    page = client.get(f"/fi/innovation/concepts/{concept.slug}/versions/?old=2&new=3").content.decode()
    assert "<del>" in page
    assert "<ins>" in page


def test_no_email_of_a_developer_is_on_the_page(concept, client):
    concepts.invite_developer(concept, email="salainen@example.org", role="user", by=None, at=NOON)
    assert "salainen" not in client.get(f"/fi/innovation/concepts/{concept.slug}/").content.decode()
    assert Concept.objects.count() == 1
