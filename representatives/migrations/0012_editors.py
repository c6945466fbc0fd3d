from django.db import migrations, models
from django.db.models import Q

_ACTIONS = [
    ("register", "register, classify, consult by script"),
    ("close_consultation", "close a consultation, proposal or thanks"),
    ("close_complaint", "close a complaint"),
    ("organise_care", "call the clinic to organise care"),
    ("ask_clinic", "ask the clinic for an explanation"),
    ("open_documents", "open medical documents"),
    ("order_review", "order an expert review"),
    ("demand_refund", "refund demand to the clinic"),
    ("court_documents", "court documents"),
    ("campaigns", "check-up campaigns and surveys"),
    ("escalate", "pass a case to the next tier"),
    ("return", "return a case to the tier below"),
    ("forward", "forward a case to another body"),
    ("edit_organisations", "look after phones, offices and posts"),
    ("edit_terms", "look after the waiting times of the region"),
]
_ROLES = [
    ("head", "head of a branch"),
    ("insurer_admin", "insurer's administrator"),
    ("editor", "editor of what all patients read"),
]


def _action() -> models.CharField:
    return models.CharField(choices=_ACTIONS, max_length=24, verbose_name="action")


def _role() -> models.CharField:
    return models.CharField(choices=_ROLES, max_length=16, verbose_name="role")


class Migration(migrations.Migration):
    """Somebody may edit what all patients read; a row of rights may give a region's waiting times to a tier."""

    dependencies = [("representatives", "0011_seen_at")]

    operations = [
        migrations.RemoveConstraint("appointment", "appointment_place_fits_role"),
        migrations.AlterField("appointment", "role", _role()),
        migrations.AlterField("appointmentevent", "role", _role()),
        migrations.AddConstraint(
            "appointment",
            models.CheckConstraint(
                condition=Q(("branch__isnull", False), ("insurer", None), ("role", "head"))
                | Q(("branch", None), ("insurer__isnull", False), ("role", "insurer_admin"))
                | Q(("branch", None), ("insurer", None), ("role", "editor")),
                name="appointment_place_fits_role",
            ),
        ),
        migrations.RemoveConstraint("tierright", "tier_right_action_known"),
        migrations.AlterField("tierright", "action", _action()),
        migrations.AlterField("tierrightevent", "action", _action()),
        migrations.AddConstraint(
            "tierright",
            models.CheckConstraint(
                condition=Q(("action__in", [action for action, _label in _ACTIONS])),
                name="tier_right_action_known",
            ),
        ),
    ]
