"""Addresses that have no language."""

from django.urls import path

from kuutio.web import legal, problems, views

urlpatterns = [
    path("", views.to_language, name="to-language"),
    path("problems", problems.page, name="problems"),
    path(".well-known/security.txt", legal.security_txt, name="security-txt"),
    path("robots.txt", legal.robots_txt, name="robots-txt"),
]
