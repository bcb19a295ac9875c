"""Addresses of questions across standards, the programme and the library of law."""

from django.urls import path

from zhian.registry.standards.web import (
    export,
    programme,
    proof,
    questions,
    regulations,
    work_imports,
)

urlpatterns = [
    path("questions/", questions.overview, name="questions"),
    path("questions/ages/", questions.ages, name="ages"),
    path("questions/unlimited/", questions.unlimited, name="unlimited"),
    path("questions/<str:market>/", questions.comparison, name="comparison"),
    path("questions/<str:market>/compare", questions.compare, name="compare"),
    path("mappings/", questions.mapping_list, name="mappings"),
    path("mappings/import/", work_imports.import_mappings, name="map"),
    path("mappings/<int:mapping_id>/undo", questions.unmap, name="unmap"),
    path("export/", export.export_page, name="export"),
    path("standing/", export.standing_page, name="standing"),
    path("judge/proof.pdf", proof.proof_page, name="proof"),
    path("programme/", programme.board, name="programme"),
    path("programme/list/", programme.project_list, name="projects"),
    path("programme/new/", programme.propose, name="propose"),
    path("programme/import/", work_imports.import_programme, name="import_programme"),
    path("programme/<int:project_id>/", programme.project_detail, name="project"),
    path("programme/<int:project_id>/comments/", programme.comment_list, name="comments"),
    path("programme/<int:project_id>/<slug:step>", programme.move, name="move"),
    path("comments/<int:comment_id>/answer", programme.answer_one, name="answer"),
    path("adoptions/", programme.adoptions, name="adoptions"),
    path("adoptions/import/", work_imports.import_adoptions, name="import_adoptions"),
    path("law/", regulations.regulation_list, name="regulations"),
    path("law/packs/", regulations.pack_list, name="packs"),
    path("law/import/", work_imports.import_regulations, name="import_regulations"),
    path("law/<int:regulation_id>/", regulations.regulation_detail, name="regulation"),
]
