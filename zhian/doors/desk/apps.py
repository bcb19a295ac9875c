"""The desk's door."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """What officers see."""

    name = "zhian.doors.desk"
    label = "desk"
    verbose_name = _("Officer's desk")
