import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two pages of advice, or two waiting times, of one name never hold on the same day."""

    dependencies = [("complaints", "0043_drafts_of_what_patients_read")]

    operations = [
        migrations.AddConstraint(
            model_name="deadline",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    ("code", "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            "region", 0, output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                ],
                name="deadline_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="guide",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    ("slug", "="),
                ],
                name="guide_one_at_a_time",
            ),
        ),
    ]
