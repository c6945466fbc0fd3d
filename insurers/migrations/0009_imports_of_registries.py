import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    """Files of registries on their way in, and what became of them."""

    dependencies = [
        ("insurers", "0008_begin_history_of_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistryImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("policies", "registry of policies"),
                            ("insurers", "register of insurers (F002)"),
                            ("clinics", "register of clinics"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("looking", "being looked at"),
                            ("ready", "waits for your decision"),
                            ("refused", "cannot be read"),
                            ("loading", "being loaded"),
                            ("loaded", "loaded"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="looking",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "branch_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="branches"
                    ),
                ),
                (
                    "region_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), size=None, verbose_name="regions"
                    ),
                ),
                ("replace", models.BooleanField(default=False, verbose_name="the file is all there is")),
                ("size", models.BigIntegerField(verbose_name="bytes")),
                ("requested_by_id", models.BigIntegerField(verbose_name="brought by")),
                ("requested_at", models.DateTimeField(verbose_name="brought")),
                ("job_id", models.BigIntegerField(blank=True, null=True, verbose_name="job")),
                ("findings", models.JSONField(blank=True, default=dict, verbose_name="what was found")),
                ("approved_by_id", models.BigIntegerField(blank=True, null=True, verbose_name="loaded by")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="agreed")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
            ],
            options={
                "verbose_name": "import of a registry",
                "verbose_name_plural": "imports of registries",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        models.F("requested_at"),
                        condition=models.Q(("finished_at__isnull", True)),
                        name="registryimport_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["policies", "insurers", "clinics"])),
                        name="registryimport_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_by_id__isnull", True), ("approved_at__isnull", True)),
                            models.Q(("approved_by_id__isnull", False), ("approved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="registryimport_approval_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_at__isnull", True),
                            ("approved_at__gte", models.F("requested_at")),
                            _connector="OR",
                        ),
                        name="registryimport_approved_after_brought",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            ("finished_at__gte", models.F("requested_at")),
                            _connector="OR",
                        ),
                        name="registryimport_finished_after_brought",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("state__in", ["refused", "loaded", "withdrawn"]),
                            ),
                            models.Q(
                                ("finished_at__isnull", True), ("state__in", ["looking", "ready", "loading"])
                            ),
                            _connector="OR",
                        ),
                        name="registryimport_finished_iff_over",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryFilePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.IntegerField(verbose_name="place")),
                ("key", models.UUIDField(verbose_name="what the content is bound to")),
                (
                    "content",
                    omsportal.platform.fields.SealedField(bound_to="key", verbose_name="content, sealed"),
                ),
                (
                    "registry_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="insurers.registryimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of a registry's file",
                "verbose_name_plural": "pieces of registries' files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("registry_import", "place"), name="registryfilepart_once"
                    ),
                    models.UniqueConstraint(fields=("key",), name="registryfilepart_key_once"),
                ],
            },
        ),
    ]
