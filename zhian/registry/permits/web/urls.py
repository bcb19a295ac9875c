"""Addresses of permits."""

from django.urls import path

from zhian.registry.permits.web import views

app_name = "permits"
urlpatterns = [
    path("", views.permit_list, name="list"),
    path("<int:instrument_id>/", views.permit_detail, name="detail"),
    path("<int:instrument_id>/<slug:step>/", views.decide, name="decide"),
    path("new/", views.choose_holder, name="choose"),
    path("new/<int:operator_id>/", views.grant, name="grant"),
]
