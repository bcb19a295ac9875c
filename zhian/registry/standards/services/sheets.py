"""The files this room reads: the published tables under their own headers, and one template."""

from django.utils.translation import gettext_lazy as _

from zhian.kernel.exchange import Column, Sheet, day, whole_number
from zhian.registry.standards.vocabulary import Grade, LimitUse, StandardKind, SubstanceKind, Table

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
_OF_EDITION = Column(
    "standard", _("standard"), example="GB 2760-2024", help=_("empty: the edition in force")
)
NO_FLAVOURS = Sheet(
    "gb2760-b1",
    Column("no", _("number"), example="1"),
    Column("food_code", _("food code"), required=True, unique=True, example="01.01.01"),
    Column("food_name", _("food category"), example="巴氏杀菌乳"),
    Column("footnote", _("footnote"), example="a"),
    _OF_EDITION,
    title=Table.NO_FLAVOURS.label,
)
FLAVOURINGS = Sheet(
    "gb2760-b2-b3",
    Column("kind", _("kind"), required=True, example="natural"),
    Column("code", _("code"), required=True, unique=True, example="N001"),
    Column("name_cn", _("flavouring"), required=True, example="丁香叶油"),
    Column("name_en", _("flavouring (English)"), example="Clove leaf oil"),
    Column("fema", _("FEMA number"), example="2325"),
    _OF_EDITION,
    title=Table.FLAVOURINGS.label,
)
PROCESSING_AIDS = Sheet(
    "gb2760-c",
    Column("table", _("table"), required=True, example="C.2"),
    Column("no", _("number"), example="1"),
    Column("name_cn", _("processing aid"), required=True, example="丙烷"),
    Column("name_en", _("processing aid (English)"), example="propane"),
    Column("function", _("function"), example="提取溶剂"),
    Column("use_scope", _("only for"), example="提取工艺"),
    Column("source", _("source"), example="黑曲霉 Aspergillus niger"),
    Column("donor", _("donor")),
    _OF_EDITION,
    title=Table.PROCESSING_AIDS.label,
)
FUNCTIONS = Sheet(
    "gb2760-d",
    Column("code", _("code"), required=True, unique=True, example="D.1"),
    Column("name", _("function"), required=True, unique=True, example="酸度调节剂"),
    Column("definition", _("definition"), example="用以维持或改变食品酸碱度的物质。"),
    title=Table.FUNCTIONS.label,
)
ADDITIVE_INDEX = Sheet(
    "gb2760-f",
    Column("no", _("number"), example="1"),
    Column("name_cn", _("additive"), required=True, example="山梨酸及其钾盐"),
    Column("ins", _("INS number"), required=True, example="200,202"),
    Column("a1_page", _("page of table A.1"), example="86"),
    title=Table.ADDITIVE_INDEX.label,
)
INSPECTION_RULES = Sheet(
    "inspection-rules",
    Column("edition", _("edition"), example="国家食品安全监督抽检实施细则（2026年版）"),
    Column("effective_from", _("in force from"), parse=day, example="2026-01-01"),
    Column("big_category", _("food class"), required=True, example="粮食加工品"),
    Column("sub_category", _("food"), required=True, example="小麦粉"),
    # its emptiness tells of a row whose cells have moved: the engine says so
    Column("table_no", _("table"), example="表1-1"),
    Column("seq", _("number"), example="1"),
    Column("item", _("item"), example="铅(以Pb计)"),
    Column("standard", _("judged by"), example="GB 2762"),
    Column("method", _("method"), example="GB 5009.12"),
    Column("notes", _("note")),
    title=Table.INSPECTION_RULES.label,
)
SUBSTANCES = Sheet(
    "substances",
    Column("name_zh", _("Chinese name"), required=True, example="克百威"),
    Column("name_en", _("English name"), example="carbofuran"),
    Column("synonyms", _("other names"), example="呋喃丹;Furadan", help=_("parted by ;")),
    Column("cas", _("CAS number"), example="1563-66-2"),
    Column("ins", _("INS number"), example="200"),
    Column("e_number", _("E number"), example="E 200"),
    Column("substance_kind", _("kind"), choices=SubstanceKind.choices, example="PESTICIDE"),
    Column("residue_zh", _("residue definition"), example="克百威及3-羟基克百威之和，以克百威表示"),
    Column(
        "residue_en", _("residue definition (English)"),
        example="sum of carbofuran and 3-hydroxy carbofuran, expressed as carbofuran",
    ),
    Column(
        "components", _("components"), example="克百威;3-羟基克百威*0.933",
        help=_("names parted by ; with a factor after *"),
    ),
    title=Table.SUBSTANCES.label,
)  # fmt: skip
FOODS = Sheet(
    "food-tree",
    Column("standard", _("standard"), required=True, example="GB 2763"),
    Column("market", _("market"), example="cn"),
    Column("code", _("food code"), required=True, unique=True, example="04.01"),
    Column("name", _("food category"), required=True, example="鳞茎类蔬菜"),
    Column("name_en", _("food category (English)"), example="bulb vegetables"),
    Column("parent", _("parent code"), example="04"),
    Column("words", _("words that lead to it"), example="韭菜;葱", help=_("parted by ;")),
    title=Table.FOODS.label,
)
GENERAL = Sheet(
    "limits",
    Column("standard", _("standard"), required=True, example="GB 2763"),
    Column("edition", _("edition"), required=True, example="GB 2763-2021"),
    Column("effective_from", _("in force from"), parse=day, required=True, example="2021-09-03"),
    Column("effective_to", _("in force to"), parse=day),
    Column("market", _("market"), example="cn", help=_("cn, codex, eu, jp or contract:…")),
    Column("standard_kind", _("kind of standard"), choices=StandardKind.choices),
    Column("substance", _("substance"), required=True, example="毒死蜱"),
    Column("substance_en", _("substance (English)"), example="chlorpyrifos"),
    Column("substance_kind", _("kind of substance"), choices=SubstanceKind.choices),
    Column(
        "food_path", _("food category"), example="蔬菜 > 鳞茎类蔬菜 > 韭菜",
        help=_("or the food code; * means every food"),
    ),
    Column("food_code", _("food code"), example="04.01.02"),
    Column("limit", _("limit with unit"), required=True, example="≤0.02mg/kg"),
    Column("use", _("meaning"), choices=LimitUse.choices),
    Column("clause", _("clause")),
    Column("condition", _("only for")),
    Column("exceptions", _("except")),
    Column("note", _("note")),
    Column("limit_from", _("this limit from"), parse=day),
    Column("limit_to", _("this limit to"), parse=day),
    Column("grade", _("evidence"), choices=Grade.choices, example="M"),
    title=Table.GENERAL.label,
)  # fmt: skip
SHEETS: dict[Table, Sheet] = {
    Table.FOOD_CATEGORIES: FOOD_CATEGORIES,
    Table.EXCLUSIONS: EXCLUSIONS,
    Table.ADDITIVES: ADDITIVES,
    Table.NO_FLAVOURS: NO_FLAVOURS,
    Table.FLAVOURINGS: FLAVOURINGS,
    Table.PROCESSING_AIDS: PROCESSING_AIDS,
    Table.FUNCTIONS: FUNCTIONS,
    Table.ADDITIVE_INDEX: ADDITIVE_INDEX,
    Table.CONTAMINANTS: CONTAMINANTS,
    Table.INSPECTION_RULES: INSPECTION_RULES,
    Table.SUBSTANCES: SUBSTANCES,
    Table.FOODS: FOODS,
    Table.GENERAL: GENERAL,
}
