"""Addresses of the room: the tree of regions."""

from django.urls import path

from zhian.foundation.regions.web import views

app_name = "regions"
urlpatterns = [
    path("", views.region_list, name="list"),
    path("changes/", views.change_list, name="changes"),
    path("<str:code>/", views.region_detail, name="region"),
]
