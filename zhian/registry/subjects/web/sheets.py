"""The sheet operators are imported from and exported to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhian.kernel.exchange import Column, Sheet, day
from zhian.kernel.identifiers import parse_uscc
from zhian.registry.subjects.vocabulary import FoundBy, OperatorKind

OPERATORS = Sheet(
    "operators",
    Column("name_zh", _("Chinese name"), required=True, example="益昌食品店"),
    Column("name_en", _("English name")),
    Column("kind", _("Kind"), required=True, choices=OperatorKind.choices),
    Column(
        "uscc",
        _("Unified social credit code"),
        parse=parse_uscc,
        unique=True,
        help=_("empty for an operator without one"),
    ),
    Column(
        "region",
        _("Region code"),
        required=True,
        example="130123100",
        help=_("6 digits of the county or 9 of the township"),
    ),
    Column("address", _("Address")),
    Column("first_responsible", _("First responsible person"), required=True),
    Column("phone", _("Telephone")),
    Column("found_by", _("Found by"), choices=FoundBy.choices),
    Column("found_at", _("Found on"), parse=day, example="2026-11-21"),
    Column("former_names", _("Former names"), help=_("several with ; between them")),
    title=_("Operators"),
)
