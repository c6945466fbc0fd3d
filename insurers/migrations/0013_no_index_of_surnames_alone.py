from django.db import migrations, models

_INDEX = "insurers_policy_surname_key_09712327"
_DROP = [f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}", f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}_like"]
_MAKE = [
    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_INDEX} ON insurers_policy (surname_key)",
    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_INDEX}_like ON insurers_policy (surname_key varchar_pattern_ops)",
]


class Migration(migrations.Migration):
    """Policies are looked for by surname and birthday together, which policy_surname_birth serves: two indexes
    fewer to write for each of millions."""

    atomic = False

    dependencies = [("insurers", "0012_published_at_a_moment")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(drop, make) for drop, make in zip(_DROP, _MAKE, strict=True)
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="policy",
                    name="surname_key",
                    field=models.CharField(max_length=100, verbose_name="surname, folded"),
                ),
            ],
        )
    ]
