from django.urls import path

from zhian.response.recalls.web import confirming, orders, views

app_name = "recalls"

urlpatterns = [
    path("", views.recall_list, name="list"),
    path("<int:recall_id>/", views.detail, name="detail"),
    path("<int:recall_id>/progress/", views.progress, name="progress"),
    path("<int:recall_id>/scope/", views.scope, name="scope"),
    path("<int:recall_id>/confirm/", confirming.confirm, name="confirm"),
    path("<int:recall_id>/refresh/", confirming.refresh, name="refresh"),
    path("<int:recall_id>/orders/", orders.order_list, name="orders"),
    path("<int:recall_id>/close-orders/", orders.close_orders, name="close_orders"),
    path("<int:recall_id>/finish/", confirming.finish, name="finish"),
    path(
        "extensions/<int:extension_id>/confirm/",
        confirming.confirm_extension,
        name="confirm_extension",
    ),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("blocks/<int:block_id>/lift/", orders.lift_block, name="lift_block"),
]
