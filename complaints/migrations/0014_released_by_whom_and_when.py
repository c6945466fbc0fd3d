from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0013_find_what_to_erase"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="enginehold",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_by", None), ("released_at__isnull", False), _connector="OR"),
                name="engine_hold_released_when",
            ),
        ),
    ]
