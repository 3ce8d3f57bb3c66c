"""The addresses of the CKAN Action API."""

from django.urls import path, re_path

from kuutio.opendata.answers import reading
from kuutio.opendata.ckan import dump, views

app_name = "ckan"
urlpatterns = [
    re_path(r"^api(?:/(?P<version>3))?/action/(?P<name>[^/]{1,200})/?$", views.action, name="action"),
    re_path(r"^api(?:/(?P<version>3))?/action/?$", reading(views.actions), name="actions"),
    re_path(r"^api/(?P<version>3)/?$", views.root, name="root"),
    path("datastore/dump/<str:word>", dump.dump, name="dump"),
]
