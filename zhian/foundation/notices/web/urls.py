"""Addresses of notices."""

from django.urls import path

from zhian.foundation.notices.web import on_site, views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("received/", views.received, name="received"),
    path("waiting/", on_site.waiting, name="waiting"),
    path("<int:notice_id>/", views.notice_detail, name="detail"),
    path("<int:notice_id>/deliveries/", views.delivery_list, name="deliveries"),
    path("deliveries/<int:delivery_id>/", on_site.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("deliveries/<int:delivery_id>/serve/", on_site.serve, name="serve"),
    path("deliveries/<int:delivery_id>/refuse/", on_site.refuse, name="refuse"),
]
