"""Addresses of the products."""

from django.urls import path

from zhian.registry.products.web import views

app_name = "products"

urlpatterns = [
    path("", views.product_list, name="list"),
    path("new/", views.register, name="register"),
    path("import/", views.import_page, name="import"),
    path("<int:product_id>/", views.product_detail, name="detail"),
    path("<int:product_id>/nodes", views.map_nodes, name="map"),
]
