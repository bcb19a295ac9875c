"""Addresses of the event explorer and of capturing."""

from django.urls import path

from zhian.chain.events.web import (
    capturing,
    exploring,
    keeping,
    proposals,
    purchases,
    subscribing,
    watching,
)

app_name = "events"
urlpatterns = [
    path("", exploring.explorer, name="list"),
    path("<int:pk>/", exploring.event, name="event"),
    path("captures/", capturing.jobs, name="jobs"),
    path("captures/new/", capturing.upload, name="upload"),
    path("captures/<uuid:capture_id>/", capturing.job, name="job"),
    path("captures/<uuid:capture_id>/errors.xlsx", capturing.errors, name="job_errors"),
    path("captures/<uuid:capture_id>/document.json", capturing.document, name="job_document"),
    path("master-data/", proposals.proposals, name="proposals"),
    path("master-data/<int:proposal_id>/", proposals.one_proposal, name="proposal"),
    path("purchases/", purchases.import_purchases, name="purchases"),
    path("queries/", keeping.kept_queries, name="queries"),
    path("queries/new/", keeping.keep_query, name="keep_query"),
    path("queries/<int:query_id>/", keeping.kept_query, name="query"),
    path("queries/<int:query_id>/drop/", keeping.drop_query, name="drop_query"),
    path("queries/<int:query_id>/live/", watching.live, name="live"),
    path("queries/<int:query_id>/live/socket", watching.live_socket, name="live_socket"),
    path("subscriptions/", subscribing.subscriptions, name="subscriptions"),
    path("subscriptions/new/", subscribing.subscribe, name="subscribe"),
    path("subscriptions/new/told/", subscribing.told, name="told"),
    path("subscriptions/<uuid:subscription_id>/", subscribing.subscription, name="subscription"),
    path("subscriptions/<uuid:subscription_id>/pause/", subscribing.pause, name="pause"),
    path("subscriptions/<uuid:subscription_id>/resume/", subscribing.resume, name="resume"),
    path("subscriptions/<uuid:subscription_id>/end/", subscribing.end, name="end"),
    path("bundles/", subscribing.bundles, name="bundles"),
    path("bundles/<uuid:bundle_id>/again/", subscribing.send_again, name="send_again"),
    path("bundles/<uuid:bundle_id>/drop/", subscribing.drop, name="drop"),
]
