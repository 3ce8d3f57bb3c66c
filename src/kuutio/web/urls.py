"""The joint pages, below a language."""

from django.urls import path

from kuutio.web import views

app_name = "web"
urlpatterns = [
    path("", views.front, name="front"),
    path("me/", views.mine, name="mine"),
]
