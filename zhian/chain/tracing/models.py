"""Investigations on a neutral model, replies of operators to them, and saved views."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.chain.tracing.vocabulary import ReplyState


class Investigation(models.Model):
    """A trace model that an office builds up from records and replies (trace 3.2).

    `model` is the neutral JSON; every change of it raises `revision`.
    """

    name = models.CharField(_("name"), max_length=200)
    office = models.ForeignKey("offices.Office", models.PROTECT, verbose_name=_("office"))
    lot = models.CharField(_("lot it began with"), max_length=200, blank=True)
    model = models.JSONField(_("trace model"), default=dict)
    revision = models.PositiveIntegerField(_("model revision"), default=0)
    begun_at = models.DateTimeField(_("begun"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("begun by")
    )
    changed_at = models.DateTimeField(_("last changed"))

    class Meta:
        verbose_name = _("investigation")
        verbose_name_plural = _("investigations")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its explorer."""
        return reverse("tracing:investigation", args=[self.pk])


class Reply(models.Model):
    """A workbook that came back; nothing of it counts before a person took it line by line."""

    investigation = models.ForeignKey(
        Investigation, models.PROTECT, related_name="replies", verbose_name=_("investigation")
    )
    item_id = models.UUIDField(_("file"))
    filename = models.CharField(_("file name"), max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=ReplyState, default=ReplyState.WAITING
    )
    received_at = models.DateTimeField(_("reply received"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    taken = models.JSONField(_("lines taken"), default=list)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """Where it is looked at line by line."""
        return reverse("tracing:reply", args=[self.pk])


class SavedView(models.Model):
    """A view of a trace under a name: the question, the rules, the drawing, the moment known.

    `address` is the page's own query, so that opening a view is following a link.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    lot = models.CharField(_("lot"), max_length=200, blank=True)
    investigation = models.ForeignKey(
        Investigation, models.PROTECT, null=True, blank=True, related_name="views"
    )
    address = models.TextField(_("address"))
    as_of = models.DateTimeField(_("as known at"))
    is_shared = models.BooleanField(_("colleagues may open it"), default=False)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="tracing_view_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page as it was saved."""
        return reverse("tracing:view", args=[self.pk])
