"""The pages of the catalogue, below a language."""

from django.urls import include, path

from kuutio.opendata.pages import (
    catalogue,
    describe,
    feed,
    following,
    held,
    mapping,
    maps,
    playground,
    quality,
    see,
    table,
    upload,
    use,
    versions,
)

_DATASET = [
    path("", see.see, name="dataset"),
    path("map/", maps.map_page, name="dataset-map"),
    path("table/", table.table_page, name="dataset-table"),
    path("versions/", versions.versions_page, name="dataset-versions"),
    path("versions/compare/", versions.compare_page, name="dataset-compare"),
    path("quality/", quality.quality_page, name="dataset-quality"),
    path("cities/", mapping.cities_page, name="dataset-cities"),
    path("mapping/<slug:city>/", mapping.mapping_page, name="dataset-mapping"),
    path("use/", use.use_page, name="dataset-use"),
    path("chart.csv", see.chart_csv, name="chart-csv"),
    path("chart.json", see.chart_json, name="chart-json"),
    path("follow/", following.follow, name="follow"),
    path("unfollow/", following.unfollow, name="unfollow"),
    path("sql/", playground.dataset_sql, name="dataset-sql"),
    path("edit/", describe.describe, name="describe"),
    path("edit/part/", describe.distribution, name="distribution-new"),
    path("edit/part/<uuid:part>/", describe.distribution, name="distribution"),
    path("held/<int:snapshot>/", held.held_page, name="held"),
]

app_name = "opendata"
urlpatterns = [
    path("data/", catalogue.catalogue, name="catalogue"),
    path("data/feed.atom", feed.catalogue_feed, name="catalogue-feed"),
    path("data/list.json", catalogue.as_json, name="catalogue-json"),
    path("data/list.csv", catalogue.as_csv, name="catalogue-csv"),
    path("data/extents.geojson", catalogue.extents, name="catalogue-extents"),
    path("data/unfollow/<str:token>/", following.leave, name="leave"),
    path("data/new/", upload.choose, name="upload"),
    path("data/new/look/", upload.look, name="upload-look"),
    path("data/new/<uuid:load>/", upload.load_page, name="load"),
    path("data/sql/", playground.playground, name="sql"),
    path("data/<slug:name>/", include(_DATASET)),
    path("embed/<slug:name>/chart", see.embed, name="embed-chart"),
]
