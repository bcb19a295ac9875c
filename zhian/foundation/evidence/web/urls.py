"""Addresses of evidence."""

from django.urls import path

from zhian.foundation.evidence.web import views

app_name = "evidence"

urlpatterns = [
    path("<uuid:item_id>/", views.item_detail, name="item"),
    path("<uuid:item_id>/file", views.item_file, name="file"),
    path("signing-key/", views.signing_key, name="signing_key"),
]
