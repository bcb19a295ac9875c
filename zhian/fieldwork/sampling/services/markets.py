"""Lots for other markets: declared only where no result fails there, stopped when one does later.

Legal here, illegal there blocks for that market only: the same lot stays free for every other.
"""

from dataclasses import asdict
from typing import cast

from django.utils.translation import gettext as _

from zhian.fieldwork.sampling import policies, selectors
from zhian.fieldwork.sampling.models import MarketDeclaration
from zhian.foundation.duties import services as duties
from zhian.foundation.duties.vocabulary import Deed
from zhian.foundation.offices.models import Office, User
from zhian.foundation.offices.policies import require
from zhian.foundation.offices.selectors import office_of
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, FieldError
from zhian.kernel.use_cases import record, use_case
from zhian.registry.products import selectors as products
from zhian.registry.standards import selectors as standards
from zhian.registry.standards.vocabulary import market_name


@use_case("sampling.market.declared")
def declare_for_market(
    *, acting_user: User, product_id: int, lot_key: str, market: str
) -> MarketDeclaration:
    """Declare a lot for a market; Conflict with item, limit and clause where a result fails there.

    BadInput for a market of which no limit is loaded: nothing could be said of the lot. S087.
    """
    require(policies.can_declare(acting_user))
    if market not in standards.markets():
        raise BadInput(fields=[FieldError("market", _("No limit of this market is loaded."))])
    product = products.product(product_id)
    if MarketDeclaration.objects.filter(lot_key=lot_key, market=market).exists():
        raise Conflict(_("This lot was declared for this market before."))
    blocks = selectors.blocks_for(lot_key, market)
    if blocks:
        raise Conflict(_refusal(market, blocks))
    made = MarketDeclaration.objects.create(
        lot_key=lot_key,
        product=product,
        market=market,
        office=cast("Office", office_of(acting_user)),  # the role is held in an office
        declared_by=acting_user,
        declared_at=clock.now(),
        results=len(selectors.results_of_lot(lot_key)),
    )
    record(made, lot=lot_key, market=market, results=made.results)
    return made


def _refusal(market: str, blocks: list[standards.Block]) -> str:
    return _("Blocked for %(market)s only: %(failing)s") % {
        "market": market_name(market),
        "failing": "; ".join(map(str, blocks)),
    }


@use_case("sampling.market.stopped")
def stop_declared_lots(*, acting_user: User, report_id: int) -> int:
    """A report was signed: stop the lot on each market it was declared for and now fails on.

    The declaring office must see to it; returns how many declarations that stops.
    """
    report = selectors.report_with_sample(report_id)
    lot = report.sample.lot_key
    running = MarketDeclaration.objects.select_for_update(of=("self",)).filter(
        lot_key=lot, stopped_at__isnull=True
    )
    printed = report.sample.lot_text or lot
    stopped = [one for one in running.order_by("pk") if _stop(acting_user, one, printed)]
    record(report, lot=lot, stopped=[one.market for one in stopped])
    return len(stopped)


def _stop(acting_user: User, declared: MarketDeclaration, printed: str) -> bool:
    blocks = selectors.blocks_for(declared.lot_key, declared.market)
    if not blocks:
        return False
    declared.stopped_at = clock.now()
    declared.blocks = [asdict(one) for one in blocks]
    declared.save(update_fields=["stopped_at", "blocks"])
    duties.start_duty(
        acting_user=acting_user,
        deed=Deed.FOLLOW_UP_FINDING,
        subject=declared,
        office=declared.office,
        officer=declared.declared_by,
        label=f"{declared.product.name_zh} {printed}: {_refusal(declared.market, blocks)}",
    )
    return True
