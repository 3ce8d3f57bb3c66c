"""How sign-in by allauth fits the house: the person's language, name and page; mail that says who sent it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_field
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from kuutio.cities.identified import facts_of, remember

_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def page_language() -> str:
    """The language of the page that is being answered."""
    code = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in _LANGUAGES else settings.LANGUAGE_CODE


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the language that a person signed up in, and speaks it when they come back."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Store the person with the language of the page."""
        user.language = page_language()
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the person's own page, in the person's language."""
        with translation.override(getattr(request.user, "language", page_language())):
            return reverse("web:mine")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The same after a first visit."""
        return self.get_login_redirect_url(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """To the front page, in the page's language."""
        return reverse("web:front")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message with the address of this Kuutio in it, as the operator set it."""
        super().send_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})


class OneAddress(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Has a service of identities come back to the address that stands in its list, whatever the page's language."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The whole address, without a language."""
        return str(build_absolute_uri(request, reverse("identity-back", args=[self.provider_id])))


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Takes the name that a service of identities tells, and the page's language."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The service of a name, which comes back to its one address."""
        found = super().get_provider(request, provider, client_id)
        if isinstance(found, OpenIDConnectProvider):
            found.oauth2_adapter_class = OneAddress
        return found

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The person to be, before the account is made."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user_field(user, "name", data.get("name") or " ".join(part for part in parts if part))
        user.language = page_language()
        if sociallogin.account.provider in settings.STRONG_PROVIDERS:
            _take_facts(request, sociallogin.account)
        return user


def _take_facts(request: HttpRequest, account: Any) -> None:
    """Keep what a strong service tells of the resident for this session, and nothing of it with the account."""
    told = account.extra_data or {}
    claims = {**told, **told.get("id_token", {}), **told.get("userinfo", {})}
    remember(request, facts_of(claims, settings.STRONG_CLAIMS.get(account.provider)))
    account.extra_data = {"sub": account.uid}
