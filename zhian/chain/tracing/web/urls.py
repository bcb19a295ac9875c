"""Addresses of the trace pages."""

from django.urls import path

from zhian.chain.tracing.web import decisions, investigations, lots, replies, saved, views

app_name = "tracing"

urlpatterns = [
    path("", views.index, name="index"),
    path("lot", lots.lot, name="lot"),
    path("lot/data", lots.lot_data, name="lot_data"),
    path("lot/excel", lots.lot_excel, name="lot_excel"),
    path("lot/export", lots.lot_export, name="lot_export"),
    path("lot/forms", lots.lot_forms, name="lot_forms"),
    path("lot/gaps", decisions.gaps, name="lot_gaps"),
    path("lot/requests", decisions.requests, name="lot_requests"),
    path("lot/difference", decisions.changes, name="lot_difference"),
    path("lot/investigate", investigations.begin_from_trace, name="begin_from_trace"),
    path("views/", saved.save, name="save_view"),
    path("views/<int:view_id>/", saved.view, name="view"),
    path("views/<int:view_id>/drop", saved.drop, name="drop_view"),
    path("investigations/", investigations.index, name="investigations"),
    path("investigations/begin", investigations.begin, name="begin"),
    path(
        "investigations/<int:investigation_id>/", investigations.investigation, name="investigation"
    ),
    path(
        "investigations/<int:investigation_id>/marks",
        investigations.marks,
        name="investigation_marks",
    ),
    path(
        "investigations/<int:investigation_id>/export",
        investigations.export,
        name="investigation_export",
    ),
    path(
        "investigations/<int:investigation_id>/forms",
        investigations.request_archive,
        name="investigation_forms",
    ),
    path("investigations/<int:investigation_id>/receive", replies.receive, name="receive"),
    path("replies/<int:reply_id>/", replies.reply, name="reply"),
    path("replies/<int:reply_id>/refuse", replies.refuse, name="refuse_reply"),
]
