from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Modules that add themselves to a registry of a lower layer.
REGISTERED = (
    "notifications",
    "patient_notices",
    "mail_notices",
    "metrics",
    "escalation.help_over",
    "escalation.integrity",
    "file_keys",
    "reference",
    "escalation.calendar_changes",
    "escalation.call_backs",
    "escalation.coverage",
    "escalation.case_events",
    "escalation.daily_counts",
    "escalation.gathering",
    "escalation.lookouts",
    "escalation.presence",
    "escalation.notices",
    "escalation.outrun_terms",
    "escalation.rises",
    "escalation.roster",
    "escalation.rounds",
    "escalation.stale_phones",
    "escalation.undelivered",
    "reports.public.last_copy",
    "services.access_codes",
    "services.contact_changes",
    "services.incidents",
    "services.joint_answers",
    "services.list_work",
    "services.incoming_calls",
    "services.retention",
    "services.reclassify",
    "services.rule_changes",
    "services.preview",
    "services.scanning",
    "services.setting_trials",
    "services.work_drafts",
    "services.search_again",
    "services.search_filling",
    "services.voicemail_folder",
    "services.mailboxes",
    "services.mail_in",
    "services.unreachable",
    "services.registry_rounds",
    "services.key_rounds",
    "services.publishing",
)

#: What public pages show of this app.
PUBLIC = ("complaints_category", "complaints_deadline", "complaints_guide", "complaints_incident")


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        for module in REGISTERED:
            import_module(f"complaints.{module}").register()
        import_module("omsportal.platform.public_pages").watch(*PUBLIC)
