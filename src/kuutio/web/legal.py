"""What the law and good manners ask of a public service: accessibility, privacy, where to report a flaw, who may crawl."""

from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kuutio.cities.models import ContactDoor, Organisation
from kuutio.web.accounts import page_language

#: When the texts of `templates/web/legal/` were last gone through against what Kuutio does.
REVIEWED_ON = date(2026, 11, 24)
_EXPIRES_AFTER = timedelta(days=180)


def contact() -> str:
    """Where those who run this Kuutio are written to: an e-mail address, or the https address of a page."""
    return settings.CONTACT or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement.

    Source: Act on the Provision of Digital Services (306/2019), section 9.
    """
    return _text(request, "accessibility", _("Accessibility statement"))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice.

    Source: Regulation (EU) 2016/679, articles 13 and 14.
    """
    return _text(request, "privacy", _("Privacy notice"))


def _text(request: HttpRequest, name: str, title: str) -> HttpResponse:
    address = contact()
    context = {
        "title": title,
        "text": f"web/legal/{name}/{page_language()}.html",
        "reviewed_on": REVIEWED_ON,
        "contact": address,
        "contact_url": address if address.startswith("https://") else f"mailto:{address}",
        "city_organisations": Organisation.objects.filter(kind=Organisation.Kind.CITY).order_by("city__position"),
        "doors": ContactDoor.objects.select_related("city").order_by("city__position", "position"),
        "demo": settings.DEMO,
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": title}],
    }
    return render(request, "web/legal/page.html", context)


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """How to report a security flaw; it never expires while this Kuutio runs, since each day's file is a new one.

    Source: RFC 9116, section 2.5.
    """
    address = contact()
    midnight = datetime.combine(timezone.now().astimezone(UTC).date() + _EXPIRES_AFTER, time.min, UTC)
    lines = [
        f"Contact: {address if address.startswith('https://') else f'mailto:{address}'}",
        f"Expires: {midnight:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fi, sv, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _stands(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


@require_safe
@cache_control(public=True, max_age=86400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Crawlers are welcome to what is public; the pages of persons and of sign-in have nothing for them."""
    languages = [code for code, _name in settings.LANGUAGES]
    closed = [f"/{code}/{page}/" for code in languages for page in ("account", "me", "work", "outbox")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Disallow: /city/"]
    if _stands("/sitemap.xml"):
        lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
