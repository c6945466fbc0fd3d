from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        for module in ("notifications", "metrics", "reference", "escalation.recount"):
            import_module(f"complaints.{module}").register()
