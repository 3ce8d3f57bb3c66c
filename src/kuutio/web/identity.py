"""Sign-in by a service of identities (OpenID Connect): it knows one address of ours, whatever the reader's language."""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache

from kuutio.web.accounts import OneAddress, page_language

_LANGUAGE = "identity-language"


@login_not_required  # type: ignore[untyped-decorator]
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the service; the page's language is kept for the way back.

    Raises:
        Http404: there is no such service.
    """
    request.session[_LANGUAGE] = page_language()
    return _answered(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]
@never_cache
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the service, in the language that one left in.

    Raises:
        Http404: there is no such service.
    """
    code = request.session.get(_LANGUAGE, page_language())
    request.LANGUAGE_CODE = code if code in dict(settings.LANGUAGES) else page_language()
    with translation.override(request.LANGUAGE_CODE):
        return _answered(OAuth2CallbackView, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(OneAddress(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer
