"""A case goes to a unit of another city, or from unit to unit of its own; its resident is told once who answers now."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kuutio.cities.models import Unit
from kuutio.contact.actions import handing, telling
from kuutio.contact.courses import courses_of
from kuutio.contact.evidence import _decided
from kuutio.contact.incoming import Sender
from kuutio.contact.links import path_of
from kuutio.contact.models import Case, CategoryRule, Handover
from kuutio.contact.permissions import Sight, view_of
from kuutio.contact.problems import TooManyReturns
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.conftest import MONDAY
from tests.contact.making import case as made
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)


@pytest.fixture
def parks(group):
    return {
        code: Unit.objects.create(slug=f"{code}-parks", city_id=code, name={"fi": "Puistot", "en": "Parks"})
        for code in ("helsinki", "vantaa")
    }


def test_an_offer_names_the_unit_or_leaves_it_to_the_rule(group, agents, parks, client):
    CategoryRule.objects.filter(city="vantaa", category="street-light").update(unit=parks["vantaa"])
    client.force_login(agents["helsinki"])
    for chosen, expected in (("vantaa-parks", "vantaa-parks"), ("", "vantaa-streets")):
        case = made()
        page = client.get(reverse("contact:case", args=[case.number])).content.decode()
        assert '<option value="vantaa-parks"' in page
        offer = reverse("contact:offer", args=[case.number])
        wrong = client.post(offer, {"to": "espoo", "unit": "vantaa-parks", "reason": "x"})
        assert wrong.status_code == 422
        client.post(offer, {"to": "vantaa", "unit": chosen, "reason": "Rajan takana."})
        handing.accept_case(Handover.objects.get(case=case), by=agents["vantaa"], at=timezone.now())
        case.refresh_from_db()
        assert case.unit.slug == expected


def test_a_case_goes_from_unit_to_unit_and_its_resident_is_told_once(group, agents, parks, client):
    case = made(language="sv")
    other = PersonFactory(agent_of=[group["helsinki"]])
    client.force_login(agents["helsinki"])
    page, offer = (reverse(f"contact:{name}", args=[case.number]) for name in ("case", "offer-unit"))
    assert "vantaa-parks" not in client.get(page).content.decode().split("within_unit")[1].split("</select>")[0]
    assert client.post(offer, {"unit": "helsinki-streets", "reason": "x"}).status_code == 422
    assert client.post(offer, {"unit": "vantaa-parks", "reason": "x"}).status_code == 422
    client.post(offer, {"unit": "helsinki-parks", "reason": "Puistossa."})
    handover = Handover.objects.get(case=case)
    with pytest.raises(NotAllowed):
        handing.accept_case(handover, by=agents["helsinki"], at=NOW)
    due = case.city_due_at
    client.force_login(other)
    client.post(reverse("contact:decide", args=[case.number]), {"decision": "accept"})
    case.refresh_from_db()
    assert (case.unit, case.responsible, case.city_due_at) == (parks["helsinki"], group["helsinki"], due)
    for _twice in range(2):
        telling.tell_of_handover(handover.pk)
    (letter,) = mail.outbox
    assert case.number in letter.body
    assert "Puistot" in letter.body
    assert "personuppgifterna" not in letter.body, "who answers for the data is the same"
    assert "Överförts till en annan enhet" in client.get(path_of(case, "sv")).content.decode()
    ((_case, course),) = courses_of(Case.objects.filter(pk=case.pk))
    assert course.passed == ()
    assert not _decided().exists(), "what is between units is no hand-over between cities"


def test_units_that_return_a_case_three_times_leave_it_to_the_duty_officer(group, agents, parks):
    case, agent = made(), agents["helsinki"]
    other, duty = PersonFactory(agent_of=[group["helsinki"]]), PersonFactory()
    duty.roles.create(organisation=group["desk"], role="office")

    def offered():
        return handing.offer_case(
            case, to=group["helsinki"], unit=parks["helsinki"], reason="Puistossa.", by=agent, at=NOW
        )

    for _time in range(3):
        handing.return_case(offered(), reason="Ei meille.", by=other, at=NOW)
    with pytest.raises(TooManyReturns):
        offered()
    assert view_of(duty, case, NOW).sight is Sight.DUTY
    decided = {"reason": "Puisto on puiston.", "by": duty, "at": NOW + timedelta(hours=1)}
    with pytest.raises(Invalid):
        handing.settle_dispute(case, to=group["helsinki"], unit=parks["vantaa"], **decided)
    handing.settle_dispute(case, to=group["helsinki"], unit=parks["helsinki"], **decided)
    case.refresh_from_db()
    assert case.unit == parks["helsinki"]
    assert view_of(duty, case, NOW + timedelta(hours=2)).sight is Sight.NONE


def test_who_follows_by_the_link_alone_reads_of_the_hand_over_there(group, agents, client):
    case = made(sender=Sender(), language="sv")
    handover = handing.offer_case(case, to=group["vantaa"], reason="Teidän.", by=agents["helsinki"], at=NOW)
    handing.accept_case(handover, by=agents["vantaa"], at=NOW)
    for _twice in range(2):
        telling.tell_of_handover(handover.pk)
    (message,) = case.messages.filter(direction="out")
    assert "personuppgifterna" in message.text
    assert "personuppgifterna" in client.get(path_of(case, "sv")).content.decode()
    assert not mail.outbox
