"""Addresses of the desk."""

from django.urls import path

from zhian.doors.desk.web import dossier, incidents, search, work

app_name = "desk"
urlpatterns = [
    path("", work.start, name="start"),
    path("work/", work.queue, name="work"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<int:alert_id>/", incidents.incident, name="incident"),
    path("incidents/<int:alert_id>/live/", incidents.live, name="incident_live"),
    path("dossiers/<int:operator_id>/", dossier.dossier, name="dossier"),
    path("search", search.search, name="search"),
]
