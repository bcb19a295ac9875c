"""The tracing room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TracingConfig(AppConfig):
    """Where goods came from and where they went."""

    name = "zhian.chain.tracing"
    label = "tracing"
    verbose_name = _("tracing")
