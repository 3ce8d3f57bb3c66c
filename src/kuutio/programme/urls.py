"""The strategy's pages, below a language."""

from django.urls import path

from kuutio.programme.pages import money, projects, promises, strategy

app_name = "programme"
urlpatterns = [
    path("strategy/", strategy.strategy, name="strategy"),
    path("promises/", promises.promises, name="promises"),
    path("strategy/money/", money.money_page, name="money"),
    path("strategy/projects/", projects.projects, name="projects"),
    path("strategy/projects/<slug:code>/", projects.project, name="project"),
    path("strategy/promised/", strategy.promised, name="promised"),
    path("strategy/<slug:area>/", strategy.focus_area, name="focus-area"),
]
