"""The pages of innovation, below a language."""

from django.urls import URLPattern

from kuutio.innovation import urls_more

app_name = "innovation"
urlpatterns: list[URLPattern] = []
urlpatterns += urls_more.urlpatterns
