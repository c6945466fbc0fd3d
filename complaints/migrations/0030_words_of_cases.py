import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import omsportal.platform.fields
from omsportal.platform.migrating import Together


class Migration(migrations.Migration):
    """What search finds cases by; the cases that there are wait to be read."""

    dependencies = [
        ("complaints", "0029_saved_views"),
        ("representatives", "0005_record_rights"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="CaseWords",
                    fields=[
                        (
                            "complaint",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="complaints.complaint",
                                verbose_name="appeal",
                            ),
                        ),
                        (
                            "lexemes",
                            django.contrib.postgres.search.SearchVectorField(verbose_name="digests of words"),
                        ),
                    ],
                    options={
                        "verbose_name": "searched words",
                        "verbose_name_plural": "searched words",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=False, fields=["lexemes"], name="case_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WordsDue",
                    fields=[
                        (
                            "complaint_id",
                            models.BigIntegerField(
                                primary_key=True, serialize=False, verbose_name="number of the row"
                            ),
                        ),
                        ("retry_at", models.DateTimeField(blank=True, null=True, verbose_name="not before")),
                    ],
                    options={
                        "verbose_name": "case whose words are due",
                        "verbose_name_plural": "cases whose words are due",
                    },
                ),
                migrations.CreateModel(
                    name="Surname",
                    fields=[
                        (
                            "key",
                            models.CharField(
                                max_length=80,
                                primary_key=True,
                                serialize=False,
                                verbose_name="surname, folded",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "known surname",
                        "verbose_name_plural": "known surnames",
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["key"], name="surname_trigram", opclasses=["gin_trgm_ops"]
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Search",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="member of staff",
                            ),
                        ),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16),
                                size=None,
                                verbose_name="what was looked for",
                            ),
                        ),
                        (
                            "found",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="found"),
                        ),
                        (
                            "sealed",
                            omsportal.platform.fields.SealedField(
                                blank=True, bound_to="reference", null=True, verbose_name="what was typed"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="time of the search")),
                        ("expires_at", models.DateTimeField(verbose_name="results until")),
                    ],
                    options={
                        "verbose_name": "search",
                        "verbose_name_plural": "searches",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("sealed__isnull", False)),
                                fields=["expires_at"],
                                name="search_words_expiry",
                            ),
                            models.Index(fields=["user", "made_at"], name="search_of_person"),
                            models.Index(fields=["made_at"], name="search_by_time"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="search_expires_after_made",
                            )
                        ],
                    },
                ),
                migrations.RemoveIndex(
                    model_name="card",
                    name="card_lemmas",
                ),
                migrations.RemoveField(
                    model_name="card",
                    name="lemmas",
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="card",
                    trigger=pgtrigger.compiler.Trigger(
                        name="words_are_due",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."anonymised_at" IS NULL)',
                            func="\nINSERT INTO complaints_wordsdue (complaint_id) VALUES (NEW.complaint_id)\nON CONFLICT (complaint_id) DO UPDATE SET retry_at = NULL;\nPERFORM pg_notify('omsportal', 'search');\nRETURN NULL;\n",
                            hash="7d5af4801e597645b7c71b28a2a3ff7506f79e1c",
                            operation='INSERT OR UPDATE OF "sealed"',
                            pgid="pgtrigger_words_are_due_ec8d0",
                            table="complaints_card",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            sql="INSERT INTO complaints_wordsdue (complaint_id) SELECT complaint_id FROM complaints_card WHERE anonymised_at IS NULL",
            reverse_sql="",
        ),
    ]
