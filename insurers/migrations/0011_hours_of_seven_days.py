from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insurers", "0010_extensions_of_places"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clinicpost",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
        migrations.AlterField(
            model_name="clinicpostevent",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
        migrations.AlterField(
            model_name="hotline",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
        migrations.AlterField(
            model_name="hotlineevent",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
        migrations.AlterField(
            model_name="office",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
        migrations.AlterField(
            model_name="officeevent",
            name="hours_text",
            field=models.CharField(blank=True, max_length=400, verbose_name="hours, as people read them"),
        ),
    ]
