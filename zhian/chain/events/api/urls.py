"""Addresses of the EPCIS 2.0 REST binding; they bear no trailing slash, as the standard has it."""

from django.urls import path

from zhian.chain.events.api import (
    capture,
    description,
    events,
    queries,
    resources,
    subscriptions,
)

app_name = "epcis"
urlpatterns = [
    path("epcis/", events.root, name="root"),
    path("epcis/openapi.json", description.openapi, name="openapi"),
    path("epcis/capture", capture.jobs, name="capture"),
    path("epcis/capture/<str:capture_id>", capture.job, name="job"),
    path("epcis/events", events.events, name="events"),
    path("epcis/events/<path:event_id>", events.event, name="event"),
    path("epcis/eventTypes", resources.event_types, name="event_types"),
    path("epcis/eventTypes/<path:word>/events", resources.event_type_events, name="type_events"),
    path("epcis/eventTypes/<path:word>", resources.event_type, name="event_type"),
    path("epcis/epcs", resources.epcs, name="epcs"),
    path("epcis/epcs/<path:epc>/events", resources.epc_events, name="epc_events"),
    path("epcis/epcs/<path:epc>", resources.epc, name="epc"),
    path("epcis/bizSteps", resources.biz_steps, name="biz_steps"),
    path("epcis/bizSteps/<path:word>/events", resources.biz_step_events, name="step_events"),
    path("epcis/bizSteps/<path:word>", resources.biz_step, name="biz_step"),
    path("epcis/bizLocations", resources.biz_locations, name="biz_locations"),
    path(
        "epcis/bizLocations/<path:place>/events",
        resources.biz_location_events,
        name="location_events",
    ),
    path("epcis/bizLocations/<path:place>", resources.biz_location, name="biz_location"),
    path("epcis/readPoints", resources.read_points, name="read_points"),
    path("epcis/readPoints/<path:place>/events", resources.read_point_events, name="point_events"),
    path("epcis/readPoints/<path:place>", resources.read_point, name="read_point"),
    path("epcis/dispositions", resources.dispositions, name="dispositions"),
    path(
        "epcis/dispositions/<path:word>/events",
        resources.disposition_events,
        name="disposition_events",
    ),
    path("epcis/dispositions/<path:word>", resources.disposition, name="disposition"),
    path("epcis/queries", queries.named, name="queries"),
    path("epcis/queries/<str:name>", queries.query, name="query"),
    path("epcis/queries/<str:name>/events", queries.query_events, name="query_events"),
    path("epcis/queries/<str:name>/subscriptions", subscriptions.of_query, name="subscriptions"),
    path(
        "epcis/queries/<str:name>/subscriptions/<str:subscription_id>",
        subscriptions.one,
        name="subscription",
    ),
    path("epcis/nextPageToken/<str:token>", queries.page_token, name="page_token"),
    path("epcis/deliveries", subscriptions.deliveries, name="deliveries"),
    path("epcis/deliveries/<str:bundle_id>", subscriptions.delivery, name="delivery"),
]
