"""The pages of sources, below a language and `work/harvest/`."""

from django.urls import path

from kuutio.federation.pages import sources

app_name = "federation"
urlpatterns = [
    path("", sources.sources, name="sources"),
    path("add/", sources.add, name="add"),
    path("<slug:slug>/", sources.source_page, name="source"),
    path("<slug:slug>/change/", sources.change, name="change"),
    path("<slug:slug>/remove/", sources.remove, name="remove"),
    path("<slug:slug>/run/", sources.run_now, name="run"),
    path("<slug:slug>/runs/<int:run>.json", sources.run_json, name="run-json"),
    path("<slug:slug>/runs/<int:run>/stop/", sources.stop, name="stop"),
    path("<slug:slug>/runs/<int:run>/decide/", sources.decide, name="decide"),
]
