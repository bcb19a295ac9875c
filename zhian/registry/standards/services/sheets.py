"""The files this room reads: the published tables under their own headers, and one template."""

from django.utils.translation import gettext_lazy as _

from zhian.kernel.exchange import Column, Sheet, day, whole_number
from zhian.registry.standards.vocabulary import Grade, Table

FOOD_CATEGORIES = Sheet(
    "gb2760-e1",
    Column("code", _("food code"), required=True, unique=True, example="01.01.01"),
    Column("name", _("food category"), required=True, example="巴氏杀菌乳"),
    Column("parent", _("parent code"), example="01.01"),
    title=Table.FOOD_CATEGORIES.label,
)
EXCLUSIONS = Sheet(
    "gb2760-a2",
    Column("no", _("number"), parse=whole_number, required=True, unique=True, example="1"),
    Column("food_code", _("food code"), required=True, unique=True, example="01.01.01"),
    Column("food_name", _("food category"), example="巴氏杀菌乳"),
    title=Table.EXCLUSIONS.label,
)
ADDITIVES = Sheet(
    "gb2760-a1",
    Column("standard", _("standard"), required=True, example="GB 2760-2024"),
    Column("additive_cn", _("additive"), required=True, example="山梨酸及其钾盐"),
    Column("additive_en", _("additive (English)"), example="sorbic acid, potassium sorbate"),
    Column("cns", _("CNS number"), example="17.003"),
    Column("ins", _("INS number"), example="200"),
    Column("functions", _("function"), example="防腐剂"),
    Column("food_code", _("food code"), example="07.02", help=_("empty: all food")),
    Column("food_name", _("food category"), required=True, example="糕点"),
    Column("max_level", _("maximum level"), example="1.0"),
    Column("gmp", _("as needed"), example="GMP"),
    Column("unit", _("unit"), example="g/kg"),
    Column("note", _("note"), example="以山梨酸计"),
    title=Table.ADDITIVES.label,
)
CONTAMINANTS = Sheet(
    "gb2762",
    Column("standard", _("standard"), required=True, example="GB 2762-2025"),
    Column("table", _("table"), example="1"),
    Column("contaminant", _("contaminant"), example="铅"),
    Column("analyte", _("analyte"), example="铅(以Pb计)"),
    Column("category_path", _("category path"), required=True, example="乳及乳制品 > 生乳"),
    Column("limit", _("limit"), example="0.02"),
    Column("unit", _("unit"), example="mg/kg"),
    Column("basis", _("basis"), example="干重计"),
    Column("notes", _("note")),
    Column("kind", _("kind of row"), required=True, example="limit"),
    title=Table.CONTAMINANTS.label,
)
GENERAL = Sheet(
    "limits",
    Column("standard", _("standard"), required=True, example="GB 2763"),
    Column("edition", _("edition"), required=True, example="GB 2763-2021"),
    Column("effective_from", _("in force from"), parse=day, required=True, example="2021-09-03"),
    Column("effective_to", _("in force to"), parse=day),
    Column("substance", _("substance"), required=True, example="毒死蜱"),
    Column("substance_en", _("substance (English)"), example="chlorpyrifos"),
    Column("food_path", _("food category"), required=True, example="蔬菜 > 鳞茎类蔬菜 > 韭菜"),
    Column("limit", _("limit with unit"), required=True, example="≤0.02mg/kg"),
    Column("clause", _("clause")),
    Column("condition", _("only for")),
    Column("note", _("note")),
    Column("grade", _("evidence"), choices=Grade.choices, example="M"),
    title=Table.GENERAL.label,
)
SHEETS: dict[Table, Sheet] = {
    Table.FOOD_CATEGORIES: FOOD_CATEGORIES,
    Table.EXCLUSIONS: EXCLUSIONS,
    Table.ADDITIVES: ADDITIVES,
    Table.CONTAMINANTS: CONTAMINANTS,
    Table.GENERAL: GENERAL,
}
