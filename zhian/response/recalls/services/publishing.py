"""The notice to the public, complete by Article 16 (Order 12 of 2015, rules 3.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhian.foundation.regions import selectors as regions
from zhian.kernel import clock
from zhian.kernel.numbering import next_serial, printed
from zhian.response.alerts import selectors as alerts
from zhian.response.recalls.models import PublicNotice, ScopeLine
from zhian.response.recalls.services.serving import Decided

RETURNS_ZH = "请停止食用，凭实物或购物凭证到购买处退货；经营者应当退货退款，费用由生产者承担。"
RETURNS_EN = (
    "Do not eat it. Return it where it was bought, with the goods or the receipt; the seller takes "
    "it back and refunds the price, at the producer's cost."
)


@dataclass(frozen=True)
class NoticeText:
    """What a person may add to the notice; blanks are filled from the records."""

    producer_contact: str = ""
    returns_zh: str = ""
    returns_en: str = ""


def publish_notice(decided: Decided, finish_by: datetime, text: NoticeText | None) -> PublicNotice:
    """Write the notice in the transaction that serves the orders: published the same moment."""
    recall, lines, text = decided.recall, decided.lines, text or NoticeText()
    alert = recall.alert
    county, year = alert.county_code, clock.today().year
    serial = next_serial(
        PublicNotice.objects.filter(county_code=county, year=year), lock=f"notice:{county}:{year}"
    )
    goods = alert.product
    names_zh, names_en = _counties(lines)
    return PublicNotice.objects.create(
        recall=None if decided.extension else recall,
        extension=decided.extension,
        number=printed(f"{alerts.county_name(county)}食品召回公告", year, serial),
        county_code=county,
        year=year,
        serial=serial,
        published_at=clock.now(),
        producer_name=goods.producer_name,
        producer_contact=text.producer_contact or _contact(decided, goods.producer_name),
        product_zh=goods.name_zh,
        product_en=goods.name_en or goods.name_zh,
        batch_text=alert.sample.lot_text or alert.lot_key.rpartition(".")[2],
        reason_zh=recall.reason_zh,
        reason_en=recall.reason_en,
        recall_class=recall.recall_class,
        starts_on=clock.today(),
        ends_on=clock.beijing(finish_by).date(),
        regions_zh=names_zh,
        regions_en=names_en,
        returns_zh=text.returns_zh or RETURNS_ZH,
        returns_en=text.returns_en or RETURNS_EN,
        gtins=_gtins(lines, goods.gtin),
        lots=sorted({line.lot_key for line in lines}),
    )


def _contact(decided: Decided, producer_name: str) -> str:
    """Address and telephone of the producer, when it is among the holders we know."""
    if decided.extension is not None:
        return decided.recall.public_notice.producer_contact
    for line in decided.lines:
        operator = line.operator
        if operator is not None and operator.name_zh == producer_name:
            return f"{operator.address} {operator.phone}".strip() or producer_name
    return producer_name


def _counties(lines: Sequence[ScopeLine]) -> tuple[str, str]:
    codes = {line.site.region_id[:6] for line in lines if line.site is not None}
    found = regions.regions_under("").filter(code__in=codes).order_by("code")
    names = [(region.name_zh, region.name_en) for region in found]
    return "、".join(zh for zh, _en in names), ", ".join(en for _zh, en in names)


def _gtins(lines: Sequence[ScopeLine], own: str | None) -> list[str]:
    codes = {line.product.gtin for line in lines if line.product is not None}
    return sorted({code.zfill(14) for code in (*codes, own) if code})
