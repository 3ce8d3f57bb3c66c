"""The joint pages, below a language."""

from django.urls import path

from kuutio.web import health, legal, mine, outbox, roles, searching, views, workspace

app_name = "web"
urlpatterns = [
    path("", views.front, name="front"),
    path("search/", searching.search, name="search"),
    path("me/", mine.mine, name="mine"),
    path("me/profile/", mine.profile, name="profile"),
    path("me/keys/", mine.api_keys, name="keys"),
    path("me/keys/<int:key>/revoke/", mine.revoke_key, name="revoke-key"),
    path("me/data/", mine.own_data, name="own-data"),
    path("me/data/export/", mine.export, name="export"),
    path("me/erase/", mine.erase, name="erase"),
    path("accessibility/", legal.accessibility, name="accessibility"),
    path("privacy/", legal.privacy, name="privacy"),
    path("status/", health.status, name="status"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<str:name>/", outbox.letter, name="letter"),
    path("work/roles/", roles.organisations, name="roles"),
    path("work/roles/<slug:slug>/", roles.organisation, name="organisation-roles"),
    path("work/", workspace.workspace, name="workspace"),
]
