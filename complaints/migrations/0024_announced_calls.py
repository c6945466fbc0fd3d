import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0023_list_what_is_answered"),
        ("insurers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(bound_to="reference", verbose_name="caller"),
                ),
                ("announced_at", models.DateTimeField(verbose_name="announced at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened at")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
            ],
            options={
                "verbose_name": "announced call",
                "verbose_name_plural": "announced calls",
                "indexes": [models.Index(fields=["expires_at"], name="incoming_call_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("announced_at"))),
                        name="incoming_call_expires_after_announced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at", None), ("opened_by", None)),
                            models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="incoming_call_opened_paired",
                    ),
                ],
            },
        ),
    ]
