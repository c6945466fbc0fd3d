"""Themes, terms and guides have their words in English beside the Russian ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0019_find_first_answers_of_chats")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="plain_title_en",
            field=models.CharField(
                blank=True, default="", max_length=160, verbose_name="in plain words, in English"
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="plain_hint_en",
            field=models.CharField(
                blank=True, default="", max_length=240, verbose_name="examples, in English"
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="now_steps_en",
            field=models.JSONField(
                blank=True, default=list, verbose_name="what to do in the next five minutes, in English"
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="free_of_charge_en",
            field=models.TextField(blank=True, default="", verbose_name="what must be free, in English"),
        ),
        migrations.AddField(
            model_name="category",
            name="basis_en",
            field=models.CharField(
                blank=True, default="", max_length=240, verbose_name="by which rule, in English"
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="what_en",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="what, in English"),
        ),
        migrations.AddField(
            model_name="deadline",
            name="start_event_en",
            field=models.CharField(
                blank=True, default="", max_length=120, verbose_name="counted from, in English"
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="basis_en",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="basis, in English"),
        ),
        migrations.AddField(
            model_name="guide",
            name="title_en",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="title, in English"),
        ),
        migrations.AddField(
            model_name="guide",
            name="hint_en",
            field=models.CharField(
                blank=True, default="", max_length=240, verbose_name="what it helps with, in English"
            ),
        ),
        migrations.AddField(
            model_name="guide",
            name="steps_en",
            field=models.JSONField(
                blank=True, default=list, verbose_name="what to do, step by step, in English"
            ),
        ),
        migrations.AddField(
            model_name="guide",
            name="free_of_charge_en",
            field=models.TextField(blank=True, default="", verbose_name="what must be free, in English"),
        ),
        migrations.AddField(
            model_name="guide",
            name="basis_en",
            field=models.CharField(
                blank=True, default="", max_length=240, verbose_name="by which rule, in English"
            ),
        ),
        migrations.AddField(
            model_name="guide",
            name="link_title_en",
            field=models.CharField(
                blank=True, default="", max_length=120, verbose_name="what is there, in English"
            ),
        ),
    ]
