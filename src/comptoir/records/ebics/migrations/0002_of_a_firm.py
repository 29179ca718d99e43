"""A contract and all that it brings are the firm's alone: no client's session sees a row; mandates are their company's."""

from django.db import migrations

from comptoir.lib.sql import firm_key, isolated, isolated_by_firm, same_company, same_firm, same_firm_row

OF_THE_FIRM = ("ebics_contract", "ebics_fetched", "ebics_carried", "ebics_gap")


class Migration(migrations.Migration):
    dependencies = [("ebics", "0001_initial"), ("banking", "0006_taken_back_of_a_company")]

    operations = [
        firm_key("ebics_contract"),
        firm_key("ebics_fetched"),
        *[same_firm_row(table, "contract_id", "ebics_contract") for table in OF_THE_FIRM[1:]],
        same_firm_row("ebics_carried", "fetched_id", "ebics_fetched"),
        same_firm("ebics_carried"),
        same_company("ebics_carried", "account_id", "banking_bankaccount"),
        same_firm("ebics_mandate"),
        same_company("ebics_mandate", "account_id", "banking_bankaccount"),
        isolated("ebics_mandate"),
        *[policy for table in OF_THE_FIRM for policy in isolated_by_firm(table)],
    ]
