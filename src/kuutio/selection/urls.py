"""The pages of selection, below a language."""

from django.urls import URLPattern

app_name = "selection"
urlpatterns: list[URLPattern] = []
