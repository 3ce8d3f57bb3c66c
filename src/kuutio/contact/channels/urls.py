"""The addresses of providers, below `/api/channels/`."""

from django.urls import path

from kuutio.contact.channels import doors

app_name = "channels"
urlpatterns = [
    path("<slug:name>/in", doors.come_in, name="in"),
    path("<slug:name>/reports", doors.report, name="reports"),
]
