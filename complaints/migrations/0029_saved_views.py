import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0028_find_what_was_passed_on"),
        ("representatives", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=40, verbose_name="name of the view")),
                ("tab", models.CharField(max_length=12, verbose_name="list")),
                ("query", models.CharField(max_length=400, verbose_name="filter")),
                ("saved_at", models.DateTimeField(verbose_name="saved at")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "title"), name="saved_list_one_of_a_name")
                ],
            },
        ),
    ]
