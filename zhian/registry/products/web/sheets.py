"""The workbook of products."""

from django.utils.translation import gettext_lazy as _

from zhian.kernel.exchange import Column, Sheet
from zhian.kernel.identifiers import parse_gtin, parse_uscc

PRODUCTS = Sheet(
    "products",
    Column("name_zh", _("Chinese name"), required=True, example="婴幼儿配方乳粉"),
    Column("name_en", _("English name"), example="Infant formula"),
    Column("category_zh", _("category"), example="婴幼儿配方食品"),
    Column("category_en", _("category (English)")),
    Column("gtin", _("GTIN"), parse=parse_gtin, unique=True, example="06901234567892"),
    Column("producer_name", _("producer")),
    Column("producer_uscc", _("producer's credit code"), parse=parse_uscc),
    Column("node_2760", _("food code in GB 2760"), example="13.01.01"),
    Column("node_2762", _("food category in GB 2762"), example="婴幼儿配方食品"),
    title=_("Products"),
)
