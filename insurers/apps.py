"""Who insures, who supervises, where they answer and when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsurersConfig(AppConfig):
    name = "insurers"
    verbose_name = _("Insurers, funds and phones")
