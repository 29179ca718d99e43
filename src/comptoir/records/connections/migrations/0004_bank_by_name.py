from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connections", "0003_by_ebics")]

    operations = [
        migrations.AddField("connection", "bank", models.CharField(blank=True, default="", max_length=200)),
    ]
