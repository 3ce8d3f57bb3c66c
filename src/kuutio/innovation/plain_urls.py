"""Permanent addresses, in no language."""

from django.urls import path

from kuutio.innovation.pages import learnings

urlpatterns = [
    path("learnings/<uuid:number>", learnings.permanent, name="learning-permanent"),
    path("learnings/<uuid:number>.json", learnings.as_json, name="learning-json"),
]
