"""Addresses of the EPCIS 2.0 REST binding; they bear no trailing slash, as the standard has it."""

from django.urls import path

from zhian.chain.events.api import capture, events

app_name = "epcis"
urlpatterns = [
    path("epcis/", events.root, name="root"),
    path("epcis/capture", capture.jobs, name="capture"),
    path("epcis/capture/<str:capture_id>", capture.job, name="job"),
    path("epcis/events", events.events, name="events"),
    path("epcis/events/<path:event_id>", events.event, name="event"),
]
