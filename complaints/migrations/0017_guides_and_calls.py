import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0016_check_the_new_events")]

    operations = [
        migrations.CreateModel(
            name="CallWindow",
            fields=[
                (
                    "complaint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="call_window",
                        serialize=False,
                        to="complaints.complaint",
                        verbose_name="appeal",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        verbose_name="weekdays, Monday is 1, Tuesday 2, Wednesday 4 …"
                    ),
                ),
                ("starts", models.TimeField(verbose_name="not before")),
                ("ends", models.TimeField(verbose_name="not after")),
                ("time_zone", models.CharField(max_length=40, verbose_name="time zone")),
            ],
            options={
                "verbose_name": "hours for a call",
                "verbose_name_plural": "hours for calls",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 127))), name="call_window_has_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))), name="call_window_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guide",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(verbose_name="place in the list")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("hint", models.CharField(blank=True, max_length=240, verbose_name="what it helps with")),
                ("icon", models.SlugField(default="question", verbose_name="icon")),
                ("steps", models.JSONField(default=list, verbose_name="what to do, step by step")),
                ("free_of_charge", models.TextField(blank=True, verbose_name="what must be free")),
                ("basis", models.CharField(blank=True, max_length=240, verbose_name="by which rule")),
                (
                    "by_fund",
                    models.BooleanField(
                        default=False,
                        help_text="The page shows the fund's phone instead of the insurer's.",
                        verbose_name="the territorial fund helps",
                    ),
                ),
                (
                    "page",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("terms", "waiting times"),
                            ("insurers", "insurers and funds"),
                            ("policy_check", "check of a policy number"),
                        ],
                        max_length=12,
                        verbose_name="page of the portal",
                    ),
                ),
                ("link", models.URLField(blank=True, verbose_name="address outside the portal")),
                ("link_title", models.CharField(blank=True, max_length=120, verbose_name="what is there")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="complaints.category",
                        verbose_name="theme of an appeal",
                    ),
                ),
            ],
            options={
                "verbose_name": "guide",
                "verbose_name_plural": "guides",
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "valid_from"), name="guide_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="guide_validity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("page__in", ["", "terms", "insurers", "policy_check"])),
                        name="guide_page_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("link", ""), ("link_title", "")),
                            models.Q(
                                models.Q(("link", ""), _negated=True),
                                models.Q(("link_title", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="guide_link_has_title",
                        violation_error_message="Write both, the address and what is there, or neither.",
                    ),
                ],
            },
        ),
    ]
