"""Addresses of the public portal."""

from django.urls import path

from zhian.doors.portal.web import drafts, views

app_name = "portal"
urlpatterns = [
    path("public/", views.home, name="home"),
    path("public/recalls/", views.recall_list, name="recalls"),
    path("public/recalls/<int:notice_id>/", views.recall, name="recall"),
    path("public/drafts/", drafts.draft_list, name="drafts"),
    path("public/drafts/<int:project_id>/", drafts.draft, name="draft"),
    path("01/<str:gtin>", views.digital_link, name="item"),
    path("01/<str:gtin>/10/<str:lot>", views.digital_link, name="lot"),
]
