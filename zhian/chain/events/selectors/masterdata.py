"""Proposals to the registers as one may see them, beside what the registers say."""

from zhian.chain.events import policies
from zhian.chain.events.models import MasterDataProposal, ProposalKind
from zhian.foundation.offices.models import User
from zhian.kernel.errors import NotKnown
from zhian.registry.products import selectors as products
from zhian.registry.products.models import Product
from zhian.registry.subjects import selectors as subjects
from zhian.registry.subjects.models import Site


def proposal(user: User, proposal_id: int) -> MasterDataProposal:
    """One proposal; NotKnown for whoever may not see it."""
    found = policies.proposals_visible_to(user).filter(pk=proposal_id).first()
    if found is None:
        raise NotKnown
    return found


def registered(found: MasterDataProposal) -> Product | Site | None:
    """What the register has under the key of a proposal."""
    if found.kind == ProposalKind.PRODUCT:
        return products.product_of_gtin(found.key)
    if found.kind == ProposalKind.SITE:
        return subjects.site_by_sgln(found.key)
    return None
