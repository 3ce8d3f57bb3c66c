"""All addresses: pages under a language, interfaces without one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kuutio.config import api_pages
from kuutio.config.api import api
from kuutio.contact.pages import place_door
from kuutio.opendata.answers import reading
from kuutio.opendata.ogc.landing import landing
from kuutio.web import health, identity

handler400 = "kuutio.web.errors.bad_request"
handler403 = "kuutio.web.errors.forbidden"
handler404 = "kuutio.web.errors.not_found"
handler500 = "kuutio.web.errors.server_error"

urlpatterns = [
    path("healthz", health.live),
    path("readyz", health.ready),
    path("", include("kuutio.ui.urls")),
    path("", include("kuutio.web.plain_urls")),
    path("account/oidc/<slug:provider_id>/login/callback/", identity.back, name="identity-back"),
    path("api/", api_pages.root),
    path("api/docs", api_pages.docs),
    path("api/v1/", api.urls),
    path("api/ogc", reading(landing)),  # clients are often given the root without its slash
    path("api/ogc/", include("kuutio.opendata.ogc.urls")),
    path("api/open311/", include("kuutio.contact.open311.urls")),
    path("api/place", place_door.here, name="place-here"),
    path("api/", include("kuutio.programme.open_urls")),
    path("api/channels/", include("kuutio.contact.channels.urls")),
    path("data/", include("kuutio.opendata.download_urls")),
    path("", include("kuutio.opendata.ckan.urls")),
    path("", include("kuutio.opendata.dcat.urls")),
    path("", include("kuutio.innovation.plain_urls")),
    *i18n_patterns(
        path(
            "account/oidc/<slug:provider_id>/login/", identity.login
        ),  # before allauth's, which comes back by language
        path("account/", include("allauth.urls")),
        path("", include("kuutio.opendata.urls")),
        path("work/harvest/", include("kuutio.federation.urls")),
        path("", include("kuutio.contact.urls")),
        path("", include("kuutio.participation.urls")),
        path("", include("kuutio.selection.urls")),
        path("", include("kuutio.programme.urls")),
        path("", include("kuutio.innovation.urls")),
        path("", include("kuutio.web.urls")),
        prefix_default_language=True,
    ),
]
