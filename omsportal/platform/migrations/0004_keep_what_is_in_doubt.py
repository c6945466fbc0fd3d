"""What perhaps left waits for a person; each channel has its lane, and urgent notices go first."""

from django.db import migrations, models
from django.db.models import Q

EMPTY = {"sent_at__isnull": True, "skipped_at__isnull": True, "dead_at__isnull": True}
ENDS = ("sent_at", "skipped_at", "dead_at", "doubtful_at")


def others_empty(end: str) -> Q:
    return Q(*((f"{other}__isnull", True) for other in ENDS if other != end))


ONE_END = Q()
for _end in ENDS:
    ONE_END &= Q((f"{_end}__isnull", True)) | others_empty(_end)


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_seal")]

    operations = [
        migrations.AddField(
            "outbox", "copies",
            models.SmallIntegerField("copies that may have left", default=0, db_default=0),
        ),
        migrations.AddField(
            "outbox", "doubtful_at", models.DateTimeField("perhaps sent", null=True, blank=True)
        ),
        migrations.AddField("outbox", "left_at", models.DateTimeField("left as it is", null=True, blank=True)),
        migrations.AddField("outbox", "left_by_id", models.BigIntegerField("left by", null=True, blank=True)),
        migrations.AddField(
            "outbox", "urgent", models.BooleanField("before all others", default=False, db_default=False)
        ),
        migrations.RemoveIndex("outbox", "outbox_pending"),
        migrations.RemoveIndex("outbox", "outbox_dead"),
        migrations.AddIndex(
            "outbox",
            models.Index(
                "channel", "urgent", "available_at", "id",
                name="outbox_lane", condition=Q(**EMPTY, doubtful_at__isnull=True),
            ),
        ),
        migrations.AddIndex(
            "outbox",
            models.Index(
                "id", name="outbox_for_a_person",
                condition=Q(left_at__isnull=True)
                & (Q(dead_at__isnull=False) | Q(doubtful_at__isnull=False)),
            ),
        ),
        migrations.RemoveConstraint("outbox", "outbox_one_end"),
        migrations.AddConstraint("outbox", models.CheckConstraint(name="outbox_one_end", condition=ONE_END)),
        migrations.AddConstraint(
            "outbox",
            models.CheckConstraint(
                name="outbox_left_paired",
                condition=Q(left_at__isnull=True, left_by_id__isnull=True)
                | Q(left_at__isnull=False, left_by_id__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "outbox",
            models.CheckConstraint(
                name="outbox_left_after_it_failed",
                condition=Q(left_at__isnull=True) | Q(dead_at__isnull=False) | Q(doubtful_at__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "outbox", models.CheckConstraint(name="outbox_copies_not_negative", condition=Q(copies__gte=0))
        ),
    ]  # fmt: skip
