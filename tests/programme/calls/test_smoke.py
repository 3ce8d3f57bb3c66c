"""Every page of a call's life answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.programme.actions import submitting
from tests.programme.calls import made

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_pages(language):
    now = timezone.now()
    call = made.call(now, now + timedelta(days=3), earliest_start=(now + timedelta(days=30)).date(), latest_end=(now + timedelta(days=1800)).date())
    client = Client()
    for path in ("calls/", "calls/feed.atom", "calls/check/", "calls/check/?kind=COMPANY&city=", "calls/check/?kind=UNIVERSITY&city=oulu", f"calls/{call.slug}/"):
        response = client.get(f"/{language}/{path}")
        assert response.status_code == 200, path
