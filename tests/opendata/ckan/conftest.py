"""Asking the Action API as a client does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kuutio.cities.keys import issue_api_key
from tests.factories import OrganisationFactory, PersonFactory

Ask = Callable[..., Any]


class Api:
    """A client of the Action API; `key` goes into the header that CKAN's clients use."""

    def __init__(self, client: Any, key: str = "") -> None:
        self.client, self.key = client, key

    def post(self, action: str, data: Any = None, **more: Any) -> Any:
        """The answer to a POST of JSON."""
        return self.client.post(
            f"/api/3/action/{action}",
            json.dumps({} if data is None else data),
            content_type="application/json",
            **({"headers": {"Authorization": self.key}} if self.key else {}),
            **more,
        )

    def get(self, action: str, **data: Any) -> Any:
        """The answer to a GET."""
        headers = {"headers": {"X-CKAN-API-Key": self.key}} if self.key else {}
        return self.client.get(f"/api/3/action/{action}", data, **headers)

    def __call__(self, action: str, **data: Any) -> Any:
        """The result of a call that must go well."""
        response = self.post(action, data)
        body = response.json()
        assert response.status_code == 200 and body["success"], body
        return body["result"]

    def refused(self, action: str, status: int, **data: Any) -> dict[str, Any]:
        """The error of a call that must be refused with this status."""
        response = self.post(action, data)
        body = response.json()
        assert response.status_code == status, body
        assert body["success"] is False
        assert "help" in body
        return body["error"]


def key_for(person: Any, *scopes: str) -> str:
    """An API key of a person."""
    return issue_api_key(person, name="test", scopes=list(scopes or ("publish",)), by=person, at=timezone.now())[1]


@pytest.fixture
def api(db: None, client: Any) -> Api:
    """Somebody without a key."""
    return Api(client)


@pytest.fixture
def publisher(db: None, client: Any) -> Api:
    """A publisher of Helsinki."""
    return Api(client, key_for(PersonFactory(publisher_of=[OrganisationFactory()])))


@pytest.fixture
def admin(db: None, client: Any) -> Api:
    """An administrator of the whole."""
    return Api(client, key_for(PersonFactory(is_superuser=True)))
