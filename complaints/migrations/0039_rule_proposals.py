import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0038_list_work"),
        ("insurers", "0009_imports_of_registries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="for cases filed from"),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("complaint", "complaint"),
                            ("application", "application"),
                            ("consultation", "consultation"),
                            ("proposal", "proposal"),
                            ("thanks", "thanks"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("ordinary", "ordinary"), ("urgent", "urgent: in the clinic now")],
                        max_length=8,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "tier",
                    models.SmallIntegerField(
                        choices=[
                            (1, "tier 1, contact centre"),
                            (2, "tier 2, rights specialists"),
                            (3, "tier 3, experts"),
                            (4, "fund"),
                        ],
                        verbose_name="tier",
                    ),
                ),
                (
                    "reaction_limit",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="first reaction within"),
                ),
                (
                    "reaction_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("second", "seconds, round the clock"),
                            ("minute", "minutes, round the clock"),
                            ("working_hour", "working hours"),
                            ("working_day", "working days"),
                        ],
                        max_length=12,
                        verbose_name="unit",
                    ),
                ),
                ("resolution_limit", models.PositiveIntegerField(verbose_name="decision within")),
                (
                    "resolution_unit",
                    models.CharField(
                        choices=[
                            ("second", "seconds, round the clock"),
                            ("minute", "minutes, round the clock"),
                            ("working_hour", "working hours"),
                            ("working_day", "working days"),
                        ],
                        max_length=12,
                        verbose_name="unit",
                    ),
                ),
                ("job_id", models.BigIntegerField(blank=True, null=True, verbose_name="dry run")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("tried", "tried out, not in force"),
                            ("waits", "waits for the fund"),
                            ("refused", "refused by the fund"),
                            ("done", "in force"),
                            ("dropped", "taken back"),
                        ],
                        default="tried",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("for_open", models.BooleanField(default=False, verbose_name="open cases too")),
                ("made_at", models.DateTimeField(verbose_name="proposed at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.ruleedition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "insurer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.insurer",
                        verbose_name="insurer",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed rule",
                "verbose_name_plural": "proposed rules",
            },
        ),
        migrations.CreateModel(
            name="RuleConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agreed", models.BooleanField(verbose_name="has agreed")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="decided at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="insurers.branch",
                        verbose_name="fund",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="complaints.ruleproposal",
                        verbose_name="proposed rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent of a fund to a rule",
                "verbose_name_plural": "consents of funds to rules",
            },
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["tried", "waits", "refused", "done", "dropped"])),
                name="rule_proposal_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_by__isnull", True), ("settled_at__isnull", True)),
                    models.Q(("settled_by__isnull", False), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="rule_proposal_settlement_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_at__isnull", True), ("settled_at__gte", models.F("made_at")), _connector="OR"
                ),
                name="rule_proposal_settled_after_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reaction_limit", None), ("reaction_unit", "")),
                    models.Q(
                        ("reaction_limit__gte", 1),
                        ("reaction_limit__isnull", False),
                        ("reaction_unit__in", ["second", "minute", "working_hour", "working_day"]),
                    ),
                    _connector="OR",
                ),
                name="rule_proposal_reaction_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resolution_limit__gte", 1),
                    ("resolution_unit__in", ["second", "minute", "working_hour", "working_day"]),
                ),
                name="rule_proposal_resolution_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", [1, 2, 3, 4])), name="rule_proposal_tier_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleconsent",
            constraint=models.UniqueConstraint(fields=("proposal", "fund"), name="rule_consent_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="rule_consent_refusal_explained",
            ),
        ),
    ]
