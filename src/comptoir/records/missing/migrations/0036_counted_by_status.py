"""How long the client's list is holds what is *à justifier* and required, and nothing else."""

from django.db import migrations

from comptoir.lib.sql import counted

FIGURES = (
    "count(*) FILTER (WHERE status = 'a_justifier' AND NOT is_optional), "
    "sum(abs(amount)) FILTER (WHERE status = 'a_justifier' AND NOT is_optional AND transaction_id IS NOT NULL), "
    "count(*) FILTER (WHERE status = 'a_justifier' AND is_optional), "
    "count(*) FILTER (WHERE status = 'en_traitement'), count(*) FILTER (WHERE status = 'en_validation')"
)
TYPES = "OUT n bigint, OUT total numeric, OUT optional bigint, OUT in_progress bigint, OUT in_validation bigint"


class Migration(migrations.Migration):
    dependencies = [("missing", "0035_decided_by_people_isolated")]

    operations = [
        migrations.RunSQL("DROP FUNCTION documents_missing(uuid)", migrations.RunSQL.noop),
        counted("documents_missing", FIGURES, TYPES, "missing_item"),
    ]
