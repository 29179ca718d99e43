"""What waits over the whole of a firm's portfolio, summed once allowed."""

from django.db import migrations

from comptoir.lib.sql import counted_of_firm

SUMMED = ("to_review", "in_suspense", "unlettered", "to_validate", "unseen", "missing")
WITH = {"with_review": "to_review", "with_suspense": "in_suspense", "with_missing": "missing"}
FIGURES = {
    "stood": "count(*)",
    **{name: f"coalesce(sum({name}), 0)" for name in SUMMED},
    **{name: f"count(*) FILTER (WHERE {column} > 0)" for name, column in WITH.items()},
}


class Migration(migrations.Migration):
    dependencies = [("missing", "0050_messages_waiting"), ("firms", "0054_by_legal_form")]

    operations = [
        counted_of_firm(
            "standings_summed",
            ", ".join(FIGURES.values()),
            ", ".join(f"OUT {name} bigint" for name in FIGURES),
            "missing_standing",
        )
    ]
