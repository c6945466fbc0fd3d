from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Modules that add themselves to a registry of a lower layer.
REGISTERED = (
    "notifications",
    "metrics",
    "escalation.integrity",
    "reference",
    "escalation.recount",
    "escalation.coverage",
    "escalation.lookouts",
    "escalation.roster",
    "services.reclassify",
    "services.rule_changes",
    "services.preview",
)


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        for module in REGISTERED:
            import_module(f"complaints.{module}").register()
