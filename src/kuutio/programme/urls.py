"""The strategy's pages, below a language."""

from django.urls import path

from kuutio.programme import views

app_name = "programme"
urlpatterns = [
    path("strategy/", views.strategy, name="strategy"),
    path("strategy/promised/", views.promised, name="promised"),
    path("strategy/<slug:area>/", views.focus_area, name="focus-area"),
]
