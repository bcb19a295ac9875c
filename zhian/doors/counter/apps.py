"""The counter's door."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounterConfig(AppConfig):
    """What operators see."""

    name = "zhian.doors.counter"
    label = "counter"
    verbose_name = _("Operator's counter")
