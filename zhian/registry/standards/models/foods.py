"""Food categories: one tree per standard."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhian.kernel.languages import in_reader_language
from zhian.registry.standards.models.editions import Standard


class FoodNode(models.Model):
    """One food category in one standard's own tree; `words` lead a product to it."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="nodes")
    code = models.CharField(_("food code"), max_length=160)
    name_zh = models.CharField(_("Chinese name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    pinyin = models.CharField(_("pinyin"), max_length=400, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # the number of the category in GB 2760 table A.2: general permissions leave these out
    exclusion_number = models.PositiveSmallIntegerField(_("number in table A.2"), null=True)
    words = ArrayField(models.CharField(max_length=200), verbose_name=_("words"), default=list)

    class Meta:
        verbose_name = _("food category")
        verbose_name_plural = _("food categories")
        ordering = ["standard", "code"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="standards_node_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_reader_language(self.name_zh, self.name_en)
