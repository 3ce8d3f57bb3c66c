"""The addresses of the catalogue's descriptions; `opendata.addresses` writes them, a test holds the two together."""

from django.urls import path, re_path

from kuutio.opendata.dcat import views

app_name = "dcat"
_WORD = r"(?P<word>[A-Za-z0-9_-]+)"

urlpatterns = [
    path("catalog", views.catalogue_itself, name="catalogue-itself"),
    re_path(r"^catalog\.(?P<suffix>ttl|rdf|jsonld)$", views.catalogue_file, name="catalogue"),
    re_path(rf"^dataset/{_WORD}\.(?P<suffix>ttl|rdf|jsonld|schema\.jsonld)$", views.dataset_file, name="dataset"),
    re_path(rf"^dataset/{_WORD}/datapackage\.json$", views.data_package, name="data-package"),
    re_path(rf"^dataset/{_WORD}/feed\.atom$", views.dataset_feed, name="dataset-feed"),
    re_path(rf"^dataset/{_WORD}$", views.dataset_itself, name="dataset-itself"),
    path("dataset/<str:word>/resource/<uuid:distribution>", views.dataset_itself, name="distribution-itself"),
    path("organization/<slug:slug>", views.organisation, name="organisation"),
    re_path(r"^municipality/(?P<code>\d{3})$", views.municipality, name="municipality"),
    path("feed.atom", views.catalogue_feed, name="catalogue-feed"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", views.sitemap_front, name="sitemap-pages"),
    path("sitemap-data-<int:number>.xml", views.sitemap_data, name="sitemap-data"),
]
