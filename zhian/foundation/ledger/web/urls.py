"""Addresses of the ledger's pages."""

from django.urls import path

from zhian.foundation.ledger.web import views

app_name = "ledger"

urlpatterns = [
    path("", views.entry_list, name="list"),
    path("checkpoints/", views.checkpoint_list, name="checkpoints"),
    path("<int:seq>/", views.entry_detail, name="entry"),
    path("<int:seq>/proof", views.entry_proof, name="proof"),
]
