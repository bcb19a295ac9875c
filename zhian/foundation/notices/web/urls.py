"""Addresses of notices."""

from django.urls import path

from zhian.foundation.notices.web import views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("received/", views.received, name="received"),
    path("<int:notice_id>/", views.notice_detail, name="detail"),
    path("<int:notice_id>/deliveries/", views.delivery_list, name="deliveries"),
    path("deliveries/<int:delivery_id>/acknowledge/", views.acknowledge, name="acknowledge"),
]
