from django.urls import path

from zhian.response.alerts.web import views

app_name = "alerts"

urlpatterns = [
    path("", views.alert_list, name="list"),
    path("<int:alert_id>/", views.detail, name="detail"),
    path("<int:alert_id>/take/", views.take, name="take"),
    path("<int:alert_id>/report/", views.report_upward, name="report_upward"),
    path("<int:alert_id>/class/", views.change_class, name="change_class"),
    path("<int:alert_id>/grade/", views.set_grade, name="set_grade"),
    path("<int:alert_id>/close/", views.close, name="close"),
]
