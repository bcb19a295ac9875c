"""Addresses of accountability."""

from django.urls import path

from zhian.oversight.accountability.web import views

app_name = "accountability"
urlpatterns = [
    path("alerts/<int:alert_id>/", views.alert_columns, name="alert"),
    path("alerts/<int:alert_id>/lines/", views.lines, name="lines"),
    path("alerts/<int:alert_id>/rebuild/", views.rebuild, name="rebuild"),
    path("signals/", views.signals, name="signals"),
    path("signals/<int:signal_id>/", views.signal, name="signal"),
]
