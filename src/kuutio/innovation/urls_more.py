"""The pages of test users, service concepts, solutions, learnings and matching, below a language."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
