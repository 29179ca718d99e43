"""Which of what a bank offers is the statement of account."""

from comptoir.gateways.bank.ebics import BusinessFormat, FileFormat
from comptoir.gateways.bank.ebics.rights import likeliest


def files(*names):
    return [FileFormat(name) for name in names]


def test_the_statement_in_cfonb_comes_first_with_the_older_protocol():
    found = likeliest(
        files("camt.054.001.02", "camt.053.001.02.stm", "camt.xxx.cfonb120.stm.0by", "camt.xxx.cfonb240.act")
    )
    assert found == FileFormat("camt.xxx.cfonb120.stm.0by")


def test_the_statement_of_the_end_of_the_day_comes_before_the_advice_and_the_intraday_report():
    advice, intraday = BusinessFormat("STM", "camt.054"), BusinessFormat("STM", "camt.052")
    wanted = BusinessFormat("EOP", "camt.053", scope="FR", container="ZIP")
    assert likeliest([advice, intraday, BusinessFormat("EOP", "cfonb120"), wanted]) == wanted


def test_nothing_is_chosen_where_no_statement_is_offered():
    assert likeliest([]) is None
    assert likeliest([*files("pain.001"), BusinessFormat("PSR", "camt.053")]) is None
