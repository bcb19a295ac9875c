"""Addresses of the operator's counter."""

from django.urls import path

from zhian.doors.counter.web import views

app_name = "counter"
urlpatterns = [
    path("", views.home, name="home"),
    path("orders/<int:order_id>/", views.order, name="order"),
    path("orders/<int:order_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("orders/<int:order_id>/count/", views.count, name="count"),
    path("orders/<int:order_id>/disposal/", views.disposal, name="disposal"),
]
