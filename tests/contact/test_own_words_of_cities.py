"""What each city keeps of a case for itself, and in which language its resident is served."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kuutio.contact.actions import correcting, handing
from kuutio.contact.filters import Filters
from kuutio.contact.links import path_of
from kuutio.contact.models import Case
from kuutio.contact.queue import Look, cases_in
from kuutio.core.problems import Invalid
from tests.contact.conftest import MONDAY
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)


def test_each_city_has_its_own_diary_number_and_the_resident_sees_the_responsible_ones(group, agents, client):
    case = made()

    def shown(city: str) -> set[str]:
        client.force_login(agents[city])
        page = client.get(reverse("contact:case", args=[case.number])).content.decode()
        return {number for number in ("HEL 1", "VAN 2") if number in page}

    def found(city: str, number: str) -> bool:
        return cases_in(Filters(q=number), Look.of(agents[city], NOW)).exists()

    client.force_login(agents["helsinki"])
    client.post(reverse("contact:diary", args=[case.number]), {"diary_number": " HEL  1"})
    assert "HEL 1" in client.get(path_of(case)).content.decode()
    handover = handing.offer_case(case, to=group["vantaa"], reason="Teidän.", by=agents["helsinki"], at=NOW)
    assert (shown("helsinki"), shown("vantaa")) == ({"HEL 1"}, set())
    handing.accept_case(handover, by=agents["vantaa"], at=NOW)
    assert (shown("helsinki"), shown("vantaa")) == ({"HEL 1"}, set())
    client.force_login(agents["vantaa"])
    client.post(reverse("contact:diary", args=[case.number]), {"diary_number": "VAN 2"})
    assert (shown("helsinki"), shown("vantaa")) == ({"HEL 1"}, {"VAN 2"})
    resident = client.get(path_of(case)).content.decode()
    assert "VAN 2" in resident and "HEL 1" not in resident
    assert found("helsinki", "HEL 1") and found("vantaa", "VAN 2")
    assert not found("helsinki", "VAN 2") and not found("vantaa", "HEL 1")
    correcting.set_diary_number(case, diary_number="", by=agents["vantaa"], at=NOW)
    assert shown("vantaa") == set()


def test_the_language_of_service_is_corrected_by_the_officer(group, agents, client):
    case = made(language="fi")
    client.force_login(agents["helsinki"])
    language = reverse("contact:language", args=[case.number])
    assert client.post(language, {"language": "sv"}, follow=True).status_code == 200
    client.post(language, {"language": "sv"})
    case = Case.objects.get(pk=case.pk)
    assert (case.language, case.participants.get().contact.language) == ("sv", "sv")
    assert case.events.get(kind="spoken").facts == {"from": "fi", "to": "sv"}
    client.post(language, {"language": "de"})
    with pytest.raises(Invalid):
        correcting.set_language(case, language="de", by=agents["helsinki"], at=NOW)
    assert "språket har ändrats" in client.get(path_of(case, "sv")).content.decode()
