"""The addresses below `/api/open311/`: the endpoint itself is `v2/`."""

from django.urls import include, path, re_path

from kuutio.contact.open311 import doors

FORM = r"\.(?P<form>xml|json)"

app_name = "open311"
endpoint = [
    path("", doors.missing, name="root"),
    re_path(rf"^discovery{FORM}$", doors.discovery),
    re_path(rf"^services{FORM}$", doors.service_list),
    re_path(rf"^services/(?P<code>[^/]+){FORM}$", doors.service_definition),
    re_path(rf"^requests{FORM}$", doors.request_list, name="requests"),
    re_path(rf"^requests/(?P<number>[^/]+){FORM}$", doors.one_request),
    re_path(rf"^tokens/(?P<token>[^/]+){FORM}$", doors.token),
]
urlpatterns = [
    re_path(rf"^discovery{FORM}$", doors.discovery),
    path("v2/", include(endpoint)),
    re_path(r"^(?P<rest>.*)$", doors.missing),
]
