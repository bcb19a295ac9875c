from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhian.foundation.offices.engine.names import DEPARTMENTS


class OfficesConfig(AppConfig):
    name = "zhian.foundation.offices"
    label = "offices"
    verbose_name = _("Offices and officers")
    # importing them here declares them before the packs are checked
    rule_kinds = (DEPARTMENTS,)
