"""How sign-in by allauth fits the house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation


class Adapter(DefaultAccountAdapter):
    """Keeps the language that a person signed up in."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Store the person with the language of the page."""
        user.language = (translation.get_language() or "fi")[:2]
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the person's own page, in the page's language."""
        from django.urls import reverse  # noqa: PLC0415

        return reverse("web:mine")
