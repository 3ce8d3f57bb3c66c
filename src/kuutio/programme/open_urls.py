"""The addresses of the programme's open data that stand outside of a language."""

from django.urls import path

from kuutio.opendata.answers import reading
from kuutio.programme import open_doors as doors

app_name = "programme-data"
urlpatterns = [
    path("grants.json", reading(doors.grants_json), name="grants"),
    path("operations.csv", reading(doors.operations_csv), name="operations"),
    path("promises.json", reading(doors.promises_json), name="promises-json"),
    path("promises.csv", reading(doors.promises_csv), name="promises-csv"),
    path("promise-figures.csv", reading(doors.figures_csv), name="figures-csv"),
    path("strategy-projects.csv", reading(doors.projects_csv), name="projects-csv"),
    path("strategy-projects.geojson", reading(doors.projects_geojson), name="projects-geojson"),
    path("strategy-money.csv", reading(doors.money_csv), name="money-csv"),
    path("contact-roles.csv", reading(doors.roles_csv), name="roles-csv"),
    path("funded-projects.csv", reading(doors.funded_csv), name="funded-csv"),
]
