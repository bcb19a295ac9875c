from django.urls import path

from zhian.response.cases.web import views

app_name = "cases"

urlpatterns = [
    path("", views.case_list, name="list"),
    path("<int:case_id>/", views.detail, name="detail"),
    path("<int:case_id>/file/", views.file_case, name="file"),
    path("<int:case_id>/value/", views.state_value, name="value"),
    path("<int:case_id>/investigate/", views.investigate, name="investigate"),
    path("<int:case_id>/decide/", views.decide, name="decide"),
    path("<int:case_id>/close/", views.close, name="close"),
]
