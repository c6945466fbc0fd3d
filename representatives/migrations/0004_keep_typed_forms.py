import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    dependencies = [("representatives", "0003_end_sessions_at_once")]

    operations = [
        migrations.CreateModel(
            name="KeptForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(
                        bound_to="reference", verbose_name="what was typed"
                    ),
                ),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
                ("expires_at", models.DateTimeField(verbose_name="dies at")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="member of staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept form",
                "verbose_name_plural": "kept forms",
                "indexes": [models.Index(fields=["expires_at"], name="kept_form_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("kept_at"))),
                        name="kept_form_expires_after_kept",
                    )
                ],
            },
        ),
    ]
