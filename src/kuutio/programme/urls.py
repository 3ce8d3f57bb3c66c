"""The strategy's pages, below a language."""

from django.urls import path

from kuutio.programme.call_urls import URLS as CALLS
from kuutio.programme.money_urls import MONEY_URLS
from kuutio.programme.pages import strategy

app_name = "programme"
urlpatterns = [
    path("strategy/", strategy.strategy, name="strategy"),
    path("strategy/promised/", strategy.promised, name="promised"),
    *MONEY_URLS,
    path("strategy/<slug:area>/", strategy.focus_area, name="focus-area"),
    *CALLS,
]
