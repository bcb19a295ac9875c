"""Addresses of the event explorer and of capturing."""

from django.urls import path

from zhian.chain.events.web import capturing, exploring, proposals, purchases

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
]
