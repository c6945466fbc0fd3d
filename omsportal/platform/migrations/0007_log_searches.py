from django.db import migrations, models


class Migration(migrations.Migration):
    """A search is read about too."""

    dependencies = [
        ("platform", "0006_tell_that_public_pages_change"),
    ]

    operations = [
        migrations.AlterField(
            model_name="readlog",
            name="what",
            field=models.CharField(
                choices=[
                    ("card", "card"),
                    ("content", "story and messages"),
                    ("file", "file"),
                    ("export", "export"),
                    ("unmask", "hidden data"),
                    ("search", "search and its results"),
                ],
                max_length=8,
                verbose_name="what was read",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="readlog",
            name="readlog_what_known",
        ),
        migrations.AddConstraint(
            model_name="readlog",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["card", "content", "file", "export", "unmask", "search"])),
                name="readlog_what_known",
            ),
        ),
    ]
