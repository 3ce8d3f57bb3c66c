"""The strategy's pages, below a language."""

from django.urls import path

from kuutio.programme.call_urls import URLS as CALLS
from kuutio.programme.money_urls import MONEY_URLS
from kuutio.programme.pages import money, projects, promises, strategy

app_name = "programme"
urlpatterns = [
    path("strategy/", strategy.strategy, name="strategy"),
    path("promises/", promises.promises, name="promises"),
    path("strategy/money/", money.money_page, name="money"),
    path("strategy/projects/", projects.projects, name="projects"),
    path("strategy/projects/<slug:code>/", projects.project, name="project"),
    path("strategy/promised/", strategy.promised, name="promised"),
    *MONEY_URLS,
    path("strategy/<slug:area>/", strategy.focus_area, name="focus-area"),
    *CALLS,
]
