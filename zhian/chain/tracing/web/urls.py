"""Addresses of the trace pages."""

from django.urls import path

from zhian.chain.tracing.web import views

app_name = "tracing"

urlpatterns = [
    path("", views.index, name="index"),
    path("lot", views.lot, name="lot"),
    path("lot/data", views.lot_data, name="lot_data"),
    path("lot/excel", views.lot_excel, name="lot_excel"),
]
