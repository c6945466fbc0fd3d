from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """An unknown decision passed both rules: they ask for one that is there."""

    dependencies = [("complaints", "0036_find_appeals_alike")]

    operations = [
        migrations.RemoveConstraint(model_name="leaving", name="leaving_notice_paired"),
        migrations.RemoveConstraint(model_name="leaving", name="leaving_notice_after_decision"),
        migrations.AddConstraint(
            model_name="leaving",
            constraint=models.CheckConstraint(
                condition=Q(notified_at=None, notified_way="")
                | Q(
                    approved=True,
                    approved__isnull=False,
                    notified_at__gte=F("decided_at"),
                    notified_way__in=["site", "email", "letter", "office"],
                ),
                name="leaving_notice_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="leaving",
            constraint=models.CheckConstraint(
                condition=Q(notice_due_on=None) | Q(approved=True, approved__isnull=False),
                name="leaving_notice_after_decision",
            ),
        ),
    ]
