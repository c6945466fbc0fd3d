import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0037_tell_only_after_agreement"),
        ("insurers", "0005_find_callers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assign", "give to a colleague"),
                            ("release", "put back into the queue"),
                            ("escalate", "pass to the next tier"),
                            ("forward", "forward to another body"),
                            ("reclassify", "change the classification"),
                        ],
                        max_length=10,
                        verbose_name="act",
                    ),
                ),
                ("arguments", models.JSONField(default=dict, verbose_name="arguments")),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(
                        bound_to="reference", null=True, verbose_name="note"
                    ),
                ),
                ("tab", models.CharField(blank=True, max_length=12, verbose_name="list")),
                ("chosen", models.JSONField(blank=True, default=dict, verbose_name="filter")),
                ("made_at", models.DateTimeField(verbose_name="asked for at")),
                ("cursor", models.CharField(blank=True, max_length=200, verbose_name="position")),
                ("gathered_at", models.DateTimeField(blank=True, null=True, verbose_name="list read at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="stopped at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("total_count", models.PositiveIntegerField(default=0, verbose_name="cases")),
                ("done_count", models.PositiveIntegerField(default=0, verbose_name="done so far")),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "act on many cases",
                "verbose_name_plural": "acts on many cases",
            },
        ),
        migrations.CreateModel(
            name="BulkLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("waiting", "not done yet"),
                            ("done", "done"),
                            ("proposed", "proposed: a second person decides"),
                            ("refused", "not done: a rule or a right is against it"),
                            ("changed", "not done: somebody changed the case meanwhile"),
                            ("failed", "not done: the portal failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=24, verbose_name="why not")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="at")),
                (
                    "bulk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="complaints.bulkact",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
            ],
            options={
                "verbose_name": "case of an act on many",
                "verbose_name_plural": "cases of acts on many",
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Excel (XLSX)"), ("csv", "CSV, for any program")],
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("tab", models.CharField(max_length=12, verbose_name="list")),
                ("chosen", models.JSONField(blank=True, default=dict, verbose_name="filter")),
                ("rights", models.JSONField(default=dict, verbose_name="rights")),
                ("made_at", models.DateTimeField(verbose_name="asked for at")),
                ("cursor", models.CharField(blank=True, max_length=200, verbose_name="position")),
                ("rows_count", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="list read at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("is_cut", models.BooleanField(default=False, verbose_name="longer than a file may be")),
                ("expires_at", models.DateTimeField(verbose_name="opens until")),
                ("emptied_at", models.DateTimeField(blank=True, null=True, verbose_name="file deleted at")),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export of a list",
                "verbose_name_plural": "exports of lists",
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
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
                        choices=[("rows", "rows"), ("file", "piece of the file")],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "sealed",
                    omsportal.platform.fields.SealedField(bound_to="export_id", verbose_name="content"),
                ),
                (
                    "export",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="complaints.export",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of an export",
                "verbose_name_plural": "parts of exports",
            },
        ),
        migrations.CreateModel(
            name="ExportShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows_count", models.PositiveIntegerField(verbose_name="rows")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="complaints.export",
                    ),
                ),
            ],
            options={
                "verbose_name": "branch of an export",
                "verbose_name_plural": "branches of exports",
            },
        ),
        migrations.AddIndex(
            model_name="bulkact",
            index=models.Index(fields=["made_by", "id"], name="bulk_act_of_person"),
        ),
        migrations.AddIndex(
            model_name="bulkact",
            index=models.Index(
                condition=models.Q(("finished_at", None)), fields=["id"], name="bulk_act_unfinished"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkact",
            index=models.Index(fields=["finished_at"], name="bulk_act_finished"),
        ),
        migrations.AddConstraint(
            model_name="bulkact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["assign", "release", "escalate", "forward", "reclassify"])),
                name="bulk_act_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    models.Q(("finished_at__gte", models.F("made_at")), ("gathered_at__isnull", False)),
                    _connector="OR",
                ),
                name="bulk_act_finished_after_gathered",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gathered_at", None), ("gathered_at__gte", models.F("made_at")), _connector="OR"
                ),
                name="bulk_act_gathered_after_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkline",
            index=models.Index(fields=["bulk", "result", "id"], name="bulk_line_by_result"),
        ),
        migrations.AddConstraint(
            model_name="bulkline",
            constraint=models.UniqueConstraint(fields=("bulk", "complaint"), name="bulk_line_once_a_case"),
        ),
        migrations.AddConstraint(
            model_name="bulkline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at", None), ("result", "waiting")),
                    models.Q(
                        ("at__isnull", False),
                        ("result__in", ["done", "proposed", "refused", "changed", "failed"]),
                    ),
                    _connector="OR",
                ),
                name="bulk_line_result_paired",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["made_by", "id"], name="export_of_person"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("emptied_at", None)), fields=["expires_at"], name="export_has_file"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["xlsx", "csv"])), name="export_format_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None),
                    models.Q(("finished_at__gte", models.F("read_at")), ("read_at__isnull", False)),
                    _connector="OR",
                ),
                name="export_finished_after_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="export_expires_after_asked"
            ),
        ),
        migrations.AddConstraint(
            model_name="exportpart",
            constraint=models.UniqueConstraint(
                fields=("export", "kind", "position"), name="export_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="exportpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["rows", "file"])), name="export_part_kind_known"
            ),
        ),
        migrations.AddIndex(
            model_name="exportshare",
            index=models.Index(fields=["branch", "export"], name="export_share_of_branch"),
        ),
        migrations.AddConstraint(
            model_name="exportshare",
            constraint=models.UniqueConstraint(fields=("export", "branch"), name="export_share_once"),
        ),
    ]
