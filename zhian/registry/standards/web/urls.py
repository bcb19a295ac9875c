"""Addresses of the limit library."""

from django.urls import path

from zhian.registry.standards.web import differences, editions, foods, imports, limits, work_urls

app_name = "standards"

urlpatterns = [
    path("", limits.limit_list, name="list"),
    path("limits/<int:limit_id>/", limits.limit_detail, name="limit"),
    path("foods/", foods.food_tree, name="foods"),
    path("judge/", limits.judge_page, name="judge"),
    path("editions/", editions.edition_list, name="editions"),
    path("editions/<int:edition_id>/", editions.edition_detail, name="edition"),
    path("editions/<int:edition_id>/changes/", differences.difference_page, name="differences"),
    path("editions/<int:edition_id>/activate", editions.activate, name="activate"),
    path("editions/<int:edition_id>/discard", editions.discard, name="discard"),
    path("import/", imports.choose, name="imports"),
    path("import/<slug:table>/", imports.import_page, name="import"),
    *work_urls.urlpatterns,
]
