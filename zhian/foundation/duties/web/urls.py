"""Addresses of duties."""

from django.urls import path

from zhian.foundation.duties.web import deeds, views

app_name = "duties"

urlpatterns = [
    path("", views.my_duties, name="list"),
    path("all/", views.all_duties, name="all"),
    path("<int:duty_id>/", views.duty_detail, name="detail"),
    path("<int:duty_id>/finish/", deeds.finish, name="finish"),
    path("<int:duty_id>/assign/", deeds.assign, name="assign"),
    path("<int:duty_id>/chase/", deeds.chase, name="chase"),
    path("<int:duty_id>/stop/", deeds.stop, name="stop"),
    path("<int:duty_id>/resume/", deeds.resume, name="resume"),
]
