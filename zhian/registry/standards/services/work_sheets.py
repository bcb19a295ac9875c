"""The workbooks of standards work: mappings, the year's plan, adoptions, laws."""

from django.utils.translation import gettext_lazy as _

from zhian.kernel.exchange import Column, Sheet, day, whole_number, yes_no
from zhian.registry.standards.vocabulary import (
    Adoption,
    Grade,
    ProjectKind,
    RegulationKind,
)

MAPPINGS = Sheet(
    "food-mappings",
    Column("our_standard", _("our standard"), required=True, example="GB 2763"),
    Column("our_food", _("our food category"), required=True, example="韭菜"),
    Column("their_standard", _("their standard"), required=True, example="EU 396/2005"),
    Column("their_food", _("their food category"), required=True, example="0220020"),
    Column("source", _("source"), example="对照表"),
    title=_("Food categories mapped"),
)
PROGRAMME = Sheet(
    "standards-programme",
    Column("number", _("plan number"), required=True, unique=True, example="2026-001"),
    Column("year", _("year of the plan"), parse=whole_number, required=True, example="2026"),
    Column("kind", _("kind"), choices=ProjectKind.choices, required=True),
    Column("title_zh", _("Title in Chinese"), required=True, example="食品中污染物限量"),
    Column("title_en", _("Title in English")),
    Column("standard_code", _("standard"), example="GB 2762"),
    Column("replaces", _("replaces"), example="GB 2762-2022"),
    Column("due_on", _("to be published by"), parse=day, required=True, example="2026-12-31"),
    Column("office", _("office code"), required=True),
    Column("rapid", _("rapid mechanism"), parse=yes_no),
    Column("trigger", _("what triggered it")),
    Column("adopts", _("international standard"), example="CXS 193-1995"),
    Column("adoption", _("degree of adoption"), choices=Adoption.choices),
    title=_("Standards programme"),
)
ADOPTIONS = Sheet(
    "adoptions",
    Column("standard", _("standard"), required=True, example="GB 2762"),
    Column("international", _("international standard"), required=True, example="CXS 193-1995"),
    Column("degree", _("degree of adoption"), choices=Adoption.choices, required=True),
    Column("source", _("source")),
    title=_("Adoption of international standards"),
)
REGULATIONS = Sheet(
    "regulations",
    Column("code", _("key"), required=True, example="metrology_law"),
    Column("name_zh", _("Chinese name"), required=True, example="计量法"),
    Column("name_en", _("English name")),
    Column("kind", _("kind"), choices=RegulationKind.choices, required=True),
    Column("issuer", _("issued by")),
    Column("document", _("document number")),
    Column("names", _("names"), help=_("further names, parted by a Chinese semicolon")),
    Column("version", _("version"), example="2018年修正"),
    Column("effective_from", _("in force from"), parse=day, required=True, example="2018-10-26"),
    Column("effective_to", _("in force to"), parse=day),
    Column("article", _("article"), parse=whole_number, example="9"),
    Column("text_zh", _("Chinese text")),
    Column("text_en", _("English text")),
    Column("grade", _("evidence"), choices=Grade.choices),
    Column("source", _("source")),
    title=_("Laws and regulations"),
)
