"""Who insures, who supervises, where they answer and when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from omsportal.platform import reference


class InsurersConfig(AppConfig):
    name = "insurers"
    verbose_name = _("Insurers, funds and phones")

    def ready(self) -> None:
        reference.register("insurers", "insurers.services.reference.load_reference")
