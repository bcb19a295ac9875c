from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhian.foundation.regions.engine.changes import REGION_CHANGES


class RegionsConfig(AppConfig):
    name = "zhian.foundation.regions"
    label = "regions"
    verbose_name = _("Regions")
    # importing them here declares them before the packs are checked
    rule_kinds = (REGION_CHANGES,)
