"""The pages of the catalogue, below a language and `data/`."""

from django.urls import path

from kuutio.opendata.pages import catalogue, feed

app_name = "opendata"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("feed.atom", feed.catalogue_feed, name="catalogue-feed"),
    path("list.json", catalogue.as_json, name="catalogue-json"),
    path("list.csv", catalogue.as_csv, name="catalogue-csv"),
    path("extents.geojson", catalogue.extents, name="catalogue-extents"),
]
