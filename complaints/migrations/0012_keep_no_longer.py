import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0011_phone_of_the_registry"),
        ("insurers", "0002_keep_the_axis_inline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("email", "notices by e-mail"),
                            ("sms", "notices by SMS"),
                            ("messenger", "notices in messengers"),
                            ("medical_documents", "obtaining medical documents"),
                        ],
                        max_length=18,
                        verbose_name="purpose",
                    ),
                ),
                ("version", models.CharField(max_length=16, verbose_name="version")),
                ("text", models.TextField(verbose_name="text")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
            ],
            options={
                "verbose_name": "text of a consent",
                "verbose_name_plural": "texts of consents",
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("due_on", models.DateField(verbose_name="decide by")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "erased"), ("refused", "refused")],
                        max_length=8,
                        verbose_name="decision",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("law", "the law demands that the appeal is kept (59-FZ, archives)"),
                            ("open", "the appeal is still being worked on"),
                            ("hold", "court, claim or inquiry"),
                            ("not_person", "it is not confirmed who asks"),
                        ],
                        max_length=10,
                        verbose_name="ground of refusal",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "request for erasure",
                "verbose_name_plural": "requests for erasure",
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("court", "court proceedings"),
                            ("claim", "claim or demand for money"),
                            ("inspection", "inquiry of a supervisor or the police"),
                        ],
                        max_length=10,
                        verbose_name="ground",
                    ),
                ),
                ("placed_at", models.DateTimeField(verbose_name="placed at")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
            ],
            options={
                "verbose_name": "hold on erasure",
                "verbose_name_plural": "holds on erasure",
            },
        ),
        migrations.AddField(
            model_name="card",
            name="anonymised_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="personal data erased at"),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.UniqueConstraint(fields=("purpose", "version"), name="consent_text_once"),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["email", "sms", "messenger", "medical_documents"])),
                name="consent_text_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consenttext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="consent_text_validity",
            ),
        ),
        migrations.AddField(
            model_name="erasurerequest",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="erasurerequest",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="erasure_requests",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="erasurerequest",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="complaints.complaint"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="placed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="erasurerequest",
            index=models.Index(
                condition=models.Q(("decision", "")), fields=["due_on", "id"], name="erasure_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasurerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decision", "")),
                fields=("complaint",),
                name="erasure_asked_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasurerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("decision", ""), ("ground", "")),
                    models.Q(
                        ("decided_at__gte", models.F("asked_at")),
                        ("decided_by__isnull", False),
                        ("decision", "granted"),
                        ("ground", ""),
                    ),
                    models.Q(
                        ("decided_at__gte", models.F("asked_at")),
                        ("decided_by__isnull", False),
                        ("decision", "refused"),
                        ("ground__in", ["law", "open", "hold", "not_person"]),
                    ),
                    _connector="OR",
                ),
                name="erasure_decision_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("complaint",),
                name="legal_hold_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(("ground__in", ["court", "claim", "inspection"])),
                name="legal_hold_ground_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_by", None)),
                    models.Q(("lifted_at__gte", models.F("placed_at")), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="legal_hold_lifted_paired",
            ),
        ),
    ]
