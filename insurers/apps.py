"""Who insures, who supervises, where they answer and when."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from omsportal.platform import reference

#: What public pages show of this app.
PUBLIC = (
    "insurers_region",
    "insurers_insurer",
    "insurers_branch",
    "insurers_office",
    "insurers_medicalorganisation",
    "insurers_clinicpost",
    "insurers_hotline",
    "insurers_workingschedule",
    "insurers_workingspan",
)


class InsurersConfig(AppConfig):
    name = "insurers"
    verbose_name = _("Insurers, funds and phones")

    def ready(self) -> None:
        import_module("insurers.services.registry_imports").register()
        reference.register("insurers", "insurers.services.reference.load_reference")
        import_module("omsportal.platform.public_pages").watch(*PUBLIC)
