"""Addresses of the register."""

from django.urls import path

from zhian.registry.subjects.web import operators, sites

app_name = "subjects"
urlpatterns = [
    path("", operators.operator_list, name="list"),
    path("new/", operators.register, name="register"),
    path("import/", operators.operator_import, name="import"),
    path("sites/", sites.site_list, name="sites"),
    path("sites/<int:site_id>/", sites.site_detail, name="site"),
    path("sites/<int:site_id>/supervision/", sites.assign, name="assign"),
    path("sites/<int:site_id>/close/", sites.close, name="close"),
    path("<int:operator_id>/", operators.operator_detail, name="detail"),
    path("<int:operator_id>/edit/", operators.correct, name="edit"),
    path("<int:operator_id>/sites/new/", sites.open_new, name="open_site"),
]
