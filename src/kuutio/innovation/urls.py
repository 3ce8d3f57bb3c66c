"""The pages of innovation, below a language."""

from django.urls import URLPattern

app_name = "innovation"
urlpatterns: list[URLPattern] = []
