"""Either side may have an archive in the making: neither is told of the other's."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exports", "0005_takeout_isolated")]

    operations = [
        migrations.RemoveConstraint(model_name="takeout", name="one_takeout_at_a_time"),
        migrations.AddConstraint(
            model_name="takeout",
            constraint=models.UniqueConstraint(
                fields=["company", "is_firm"],
                condition=Q(made_at=None, failed_at=None),
                name="one_takeout_at_a_time",
            ),
        ),
    ]
