"""The demonstration's calls: made once, in four states, and marked as made."""

import pytest
from django.test import Client

from kuutio.cities import demo as cities_demo
from kuutio.programme import demo, demo_calls
from kuutio.programme.models import Application, ApplicationPartner, Call

pytestmark = pytest.mark.django_db


def test_the_example_calls_are_made_once_and_say_that_they_are_examples():
    cities_demo.begin()
    demo.load()
    assert (demo_calls.load(), demo_calls.load()) == (4, 0)
    assert set(Call.objects.values_list("state", flat=True)) == {"open", "closed", "published"}
    assert all("simerkki" in str(call.title.localize("fi")) for call in Call.objects.all())
    assert all("(keksitty)" in name for name in ApplicationPartner.objects.values_list("name", flat=True))
    assert set(Application.objects.values_list("state", flat=True)) == {"draft", "submitted", "eligible"}
    for language in ("fi", "sv", "en"):
        assert Client().get(f"/{language}/calls/").status_code == 200
