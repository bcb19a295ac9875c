"""Master data seen in the headers of documents: proposals to the registers, never their content."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.models.captures import CaptureJob
from zhian.chain.events.vocabulary.masterdata import MasterDataKind
from zhian.foundation.offices.models import User


class ProposalKind(models.TextChoices):
    """Which register a proposal is for."""

    PRODUCT = MasterDataKind.PRODUCT.value, _("product")
    SITE = MasterDataKind.SITE.value, _("site")
    PARTY = MasterDataKind.PARTY.value, _("party")
    OTHER = MasterDataKind.OTHER.value, _("other master data")


class ProposalState(models.TextChoices):
    """What became of a proposal."""

    PROPOSED = "proposed", _("waiting for a decision")
    ACCEPTED = "accepted", _("taken over")
    REFUSED = "refused", _("not taken over")


class MasterDataProposal(models.Model):
    """What a sender says of a product, site or party; the same words are proposed once."""

    job = models.ForeignKey(CaptureJob, models.PROTECT, related_name="proposals")
    kind = models.CharField(_("for the register of"), max_length=8, choices=ProposalKind)
    vocabulary = models.CharField(max_length=2048)
    key = models.CharField(_("key"), max_length=2048)
    name = models.CharField(_("name"), max_length=500, blank=True)
    attributes = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, unique=True)
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(
        _("state"), max_length=8, choices=ProposalState, default=ProposalState.PROPOSED
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("master data proposal")
        verbose_name_plural = _("master data proposals")
        ordering: ClassVar[list[str]] = ["-proposed_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-proposed_at"], name="events_proposals_open")
        ]

    def __str__(self) -> str:
        return self.name or self.key
