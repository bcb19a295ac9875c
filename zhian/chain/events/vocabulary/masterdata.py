"""What master data in a document is about."""

from enum import StrEnum


class MasterDataKind(StrEnum):
    """The register an entry belongs to."""

    PRODUCT = "product"
    SITE = "site"
    PARTY = "party"
    OTHER = "other"
