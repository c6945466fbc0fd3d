import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("representatives", "0008_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("invited", "invited"),
                            ("invited_again", "invited again"),
                            ("withdrawn", "invitation withdrawn"),
                            ("joined", "set a password"),
                            ("rights", "rights changed"),
                            ("switched_off", "switched off"),
                            ("switched_on", "switched on again"),
                            ("factor_taken", "second step of sign-in taken away"),
                        ],
                        max_length=16,
                        verbose_name="what was done",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "no longer works here"),
                            ("long_leave", "away for months"),
                            ("moved", "works elsewhere now"),
                            ("suspicion", "suspicion that the account is misused"),
                            ("back", "is back at work"),
                            ("mistake", "it was a mistake"),
                            ("phone_lost", "phone or key lost or stolen"),
                            ("phone_new", "new phone"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="done at")),
            ],
            options={
                "verbose_name": "act about an account",
                "verbose_name_plural": "acts about accounts",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                ("invited_at", models.DateTimeField(verbose_name="invited at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
            },
        ),
        migrations.AddField(
            model_name="accountact",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="done by",
            ),
        ),
        migrations.AddField(
            model_name="accountact",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account_acts",
                to=settings.AUTH_USER_MODEL,
                verbose_name="member of staff",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="invited by",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to=settings.AUTH_USER_MODEL,
                verbose_name="member of staff",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "deed__in",
                        [
                            "invited",
                            "invited_again",
                            "withdrawn",
                            "joined",
                            "rights",
                            "switched_off",
                            "switched_on",
                            "factor_taken",
                        ],
                    )
                ),
                name="account_act_deed_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("deed", "switched_off"), ("reason__in", ("left", "long_leave", "moved", "suspicion"))
                    ),
                    models.Q(("deed", "switched_on"), ("reason__in", ("back", "mistake"))),
                    models.Q(
                        ("deed", "factor_taken"), ("reason__in", ("phone_lost", "phone_new", "suspicion"))
                    ),
                    models.Q(
                        models.Q(
                            ("deed__in", ["switched_off", "switched_on", "factor_taken"]), _negated=True
                        ),
                        ("reason", ""),
                    ),
                    _connector="OR",
                ),
                name="account_act_reason_given",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountact",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="072e0bc12f92b442d0e98aa241c6c5b37e1b5eff",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0f54a",
                    table="representatives_accountact",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("invited_at"))),
                name="invitation_expires_after_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_by__isnull", True), ("withdrawn_at__isnull", True)),
                    models.Q(("withdrawn_by__isnull", False), ("withdrawn_at__isnull", False)),
                    _connector="OR",
                ),
                name="invitation_withdrawal_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True),
                    ("withdrawn_at__gte", models.F("invited_at")),
                    _connector="OR",
                ),
                name="invitation_withdrawn_after_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True),
                    ("accepted_at__gte", models.F("invited_at")),
                    _connector="OR",
                ),
                name="invitation_accepted_after_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                    models.Q(("withdrawn_at__isnull", True), ("accepted_at__isnull", True), _connector="OR"),
                ),
                name="invitation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                fields=("user",),
                name="invitation_one_open",
            ),
        ),
    ]
