from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Modules that add themselves to a registry of a lower layer.
REGISTERED = (
    "notifications",
    "patient_notices",
    "metrics",
    "escalation.integrity",
    "file_keys",
    "reference",
    "escalation.calendar_changes",
    "escalation.call_backs",
    "escalation.coverage",
    "escalation.lookouts",
    "escalation.roster",
    "escalation.undelivered",
    "reports.public.last_copy",
    "services.access_codes",
    "services.contact_changes",
    "services.retention",
    "services.reclassify",
    "services.rule_changes",
    "services.preview",
    "services.scanning",
)

#: What public pages show of this app.
PUBLIC = ("complaints_category", "complaints_deadline", "complaints_guide")


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        for module in REGISTERED:
            import_module(f"complaints.{module}").register()
        import_module("omsportal.platform.public_pages").watch(*PUBLIC)
