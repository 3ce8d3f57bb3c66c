"""Somebody who walks through the site's pages over HTTP: with a session, with the forms' tokens, like a browser without scripts."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings

from kuutio.cities.models import Person
from kuutio.core.problems import Conflict

_SECONDS = 60.0


class Visitor:
    """A reader of the site, signed in or not.

    Args:
        site: where it answers, without a slash at the end.
        person: who is signed in; None: nobody.
    """

    def __init__(self, site: str, person: Person | None = None) -> None:
        self.site = site
        self.client = httpx.Client(base_url=site, timeout=_SECONDS, follow_redirects=False)
        if person is not None:
            self.client.cookies.set(settings.SESSION_COOKIE_NAME, _session_of(person))

    def get(self, path: str) -> str:
        """The page at a path.

        Raises:
            Conflict: it isn't there, or not for this reader.
        """
        answer = self._ask("GET", path)
        if answer.status_code != 200:
            raise Conflict(f"{path} answers {answer.status_code}, so the tour can't go on.")
        return answer.text

    def post(self, path: str, fields: dict[str, Any], *, seen_at: str = "") -> str:
        """Send a form; gives the path that it leads to.

        Args:
            seen_at: the page on which the form stands, where that is another one.

        Raises:
            Conflict: the form came back with something to mend.
        """
        if settings.CSRF_COOKIE_NAME not in self.client.cookies:
            self._ask("GET", seen_at or path)
        token = self.client.cookies.get(settings.CSRF_COOKIE_NAME) or ""
        headers = {"X-CSRFToken": token, "Referer": f"{self.site}{seen_at or path}", "Origin": self.site}
        answer = self._ask("POST", path, data=fields, headers=headers)
        if answer.status_code not in {301, 302, 303}:
            raise Conflict(f"The form at {path} answers {answer.status_code}, so the tour can't go on.")
        led_to = urlsplit(urljoin(f"{self.site}{path}", answer.headers["Location"])).path
        if "/account/login/" in led_to:
            raise Conflict(f"The form at {path} asks to sign in, so the tour can't go on.")
        return led_to

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self.client.request(method, path, **more)
        except httpx.TimeoutException as error:
            raise Conflict(f"{self.site}{path} didn't answer in {_SECONDS:.0f} seconds.") from error
        except httpx.TransportError as error:
            raise Conflict(f"Nothing answers at {self.site}: {error}. Is it running? ./kuutio up") from error

    def close(self) -> None:
        """Let the connection go."""
        self.client.close()


def _session_of(person: Person) -> str:
    """A session in which the person is signed in, made as signing in makes it."""
    from importlib import import_module

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return cast(str, store.session_key)
