"""What the public is told, found by product, lot or code."""

from django.db.models import Q, QuerySet

from zhian.registry.products import selectors as products
from zhian.response.recalls.models import PublicNotice


def public_notices(search: str = "") -> QuerySet[PublicNotice]:
    """Published recalls, newest first: by product, printed lot, GTIN, lot key or a scanned code."""
    found = PublicNotice.objects.all()
    for word in search.split():
        found = found.filter(_named(word))
    return found


def _named(word: str) -> Q:
    gtin, lot = read_code(word)
    named = (
        Q(product_zh__icontains=word)
        | Q(product_en__icontains=word)
        | Q(producer_name__icontains=word)
        | Q(batch_text__icontains=word)
        | Q(number__icontains=word)
        | Q(lots__contains=[word])
    )
    if gtin and lot:
        goods = products.product_of_gtin(gtin)
        prefix = goods.class_prefix if goods is not None else None
        named |= Q(lots__contains=[f"{prefix}.{lot}"]) if prefix else Q()
    elif gtin:
        named |= Q(gtins__contains=[gtin])
    return named


def read_code(text: str) -> tuple[str, str]:
    """GTIN-14 and printed lot of a bare GTIN or a GS1 Digital Link; blanks for anything else."""
    parts = text.split("?", maxsplit=1)[0].split("/")
    if "01" in parts[:-1]:
        place = parts.index("01")
        gtin = parts[place + 1]
        rest = parts[place + 2 :]
        lot = rest[rest.index("10") + 1] if "10" in rest[:-1] else ""
        return (gtin.zfill(14), lot) if gtin.isdigit() else ("", "")
    if text.isascii() and text.isdigit() and len(text) in (8, 12, 13, 14):
        return text.zfill(14), ""
    return "", ""
