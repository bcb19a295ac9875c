"""The accountability room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountabilityConfig(AppConfig):
    """Who answered for it."""

    name = "zhian.oversight.accountability"
    label = "accountability"
    verbose_name = _("Accountability")
