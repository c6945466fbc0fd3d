"""The bottom layer: plumbing that every noun needs and that knows no noun."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlatformConfig(AppConfig):
    name = "omsportal.platform"
    label = "platform"
    verbose_name = _("Platform")

    def ready(self) -> None:
        import_module("omsportal.platform.checks")
        import_module("omsportal.platform.counters")
        # pgtrigger is imported only once the applications are there.
        post_migrate.connect(import_module("omsportal.platform.triggers").refuse_truncate, sender=self)
        post_migrate.connect(import_module("omsportal.platform.public_pages").install, sender=self)
