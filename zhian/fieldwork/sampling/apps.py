from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SamplingConfig(AppConfig):
    name = "zhian.fieldwork.sampling"
    label = "sampling"
    verbose_name = _("Samples and test reports")
