"""From a reading to the entry that it proves; every kind balances."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from comptoir.domain import nature, proposal, text
from comptoir.domain.proposal import Context, Party
from comptoir.domain.reading import Kind, Reading, Source, Taking, Value, VatLine

DAY = date(2026, 3, 14)


def sure(value):
    return Value(value, 0.99, Source.TEXT)


def reading(kind=Kind.PURCHASE_INVOICE, total="105.50", lines=(("5.5", "100.00", "5.50"),), **more) -> Reading:
    made = Reading(
        source=Source.TEXT,
        kind=sure(kind),
        number=sure("MV-1"),
        issued_on=sure(DAY),
        supplier=sure("Moulins de la Vègre"),
        customer=sure("Mairie"),
        total=sure(Decimal(total)),
        vat_lines=tuple(VatLine(*map(Decimal, line)) for line in lines),
        text="Farine de tradition",
    )
    return replace(made, **more)


CONTEXT = Context(Party("MOULIN", "Moulins de la Vègre"), DAY, claimant="Bob Dupont", claimant_account="455000")


def lines_of(found) -> list[tuple[str, str, str]]:
    return [(line.account, str(line.debit), str(line.credit)) for line in found.entry.lines]


def test_a_purchase_debits_charge_and_tax_and_credits_the_supplier():
    found = proposal.propose(reading(), CONTEXT)
    assert lines_of(found) == [
        ("601000", "100.00", "0.00"), ("445660", "5.50", "0.00"), ("401000", "0.00", "105.50")
    ]  # fmt: skip
    assert found.doubts == ()
    assert found.entry.lines[2].auxiliary == "MOULIN"


def test_a_credit_note_is_the_mirror():
    found = proposal.propose(reading(Kind.CREDIT_NOTE), CONTEXT)
    assert lines_of(found)[2] == ("401000", "105.50", "0.00")


def test_a_sale_credits_the_product_and_the_tax_collected():
    context = replace(CONTEXT, party=Party("MAIRIE", "Mairie", "411000"), sales_account="701000")
    found = proposal.propose(reading(Kind.SALES_INVOICE), context)
    assert [account for account, *_ in lines_of(found)] == ["411000", "701000", "445710"]
    known = replace(context, party=replace(context.party, accounts=(("706000", 3),)))
    assert proposal.propose(reading(Kind.SALES_INVOICE), known).entry.lines[1].account == "706000"
    assert proposal.doubts(reading(Kind.SALES_INVOICE, customer=None)) == ("À vérifier : le client.",)


def test_a_company_that_deducts_no_vat_pays_the_whole():
    found = proposal.propose(reading(), replace(CONTEXT, deducts_vat=False))
    assert lines_of(found) == [("601000", "105.50", "0.00"), ("401000", "0.00", "105.50")]


def test_a_z_debits_takings_and_credits_sales_by_rate():
    z = reading(
        Kind.Z_DE_CAISSE,
        total="105.50",
        takings=(Taking("cash", Decimal("50.00")), Taking("card", Decimal("55.50")), Taking("other", Decimal(0))),
    )
    found = proposal.propose(z, CONTEXT)
    assert [account for account, *_ in lines_of(found)] == ["530000", "511500", "707000", "445710"]
    assert found.entry.debit == found.entry.credit
    assert found.doubts == ()


def test_a_z_whose_takings_differ_is_doubted_with_the_gap():
    z = reading(Kind.Z_DE_CAISSE, takings=(Taking("cash", Decimal("105.00")),))
    assert any("écart de −0,50" in doubt for doubt in proposal.doubts(z))
    assert any("moyens de paiement" in doubt for doubt in proposal.doubts(reading(Kind.Z_DE_CAISSE)))


def test_an_expense_report_is_owed_to_the_person():
    found = proposal.propose(reading(Kind.NOTE_DE_FRAIS), CONTEXT)
    assert lines_of(found)[-1] == ("455000", "0.00", "105.50")
    assert found.entry.journal == "OD"
    unknown = proposal.propose(reading(Kind.NOTE_DE_FRAIS, text="xyz", supplier=sure("Zzz")), CONTEXT)
    assert "Compte de charge à choisir." in unknown.doubts


def test_an_expense_report_of_several_natures_is_not_booked_on_one_of_them():
    found = proposal.propose(
        reading(Kind.NOTE_DE_FRAIS, text="Péage A11, repas fournisseur", supplier=None), CONTEXT
    )
    assert "Plusieurs natures de dépenses : répartissez la charge." in found.doubts


def test_what_proves_nothing_proposes_nothing():
    assert proposal.propose(reading(Kind.OTHER), CONTEXT) is None
    assert proposal.propose(Reading(source=Source.TEXT, kind=sure(Kind.RECEIPT)), CONTEXT) is None


def test_the_account_comes_from_history_then_the_firm_then_the_words_then_471():
    history = replace(CONTEXT, party=replace(CONTEXT.party, accounts=(("602100", 9), ("601000", 1))))
    found = proposal.propose(reading(), history)
    assert found.entry.lines[0].account == "602100"
    assert found.reasons == ("602100 : 9 pièces sur 10 de ce fournisseur.",)
    firm = replace(CONTEXT, firm_accounts={"Moulins de la Vègre": "607000"})
    assert proposal.propose(reading(), firm).entry.lines[0].account == "607000"
    unknown = proposal.propose(reading(text="rien", supplier=sure("Zzz")), CONTEXT)
    assert unknown.entry.lines[0].account == "471000"
    assert "Compte de charge à choisir." in unknown.doubts


def test_what_is_not_sure_is_doubted():
    unsure = Value("Moulin", 0.6, Source.OCR)
    assert proposal.doubts(reading(supplier=unsure)) == ("À vérifier : le fournisseur.",)
    assert "À vérifier : la nature de la pièce." in proposal.doubts(
        replace(reading(), kind=Value(Kind.RECEIPT, 0.5, Source.OCR))
    )
    assert "À vérifier : le total." in proposal.doubts(replace(reading(), total=None))


def test_sums_that_do_not_add_up_are_doubted():
    assert any("détail de la TVA" in d for d in proposal.doubts(reading(total="120.00")))
    wrong = reading(lines=(), net=sure(Decimal("90.00")), vat=sure(Decimal("5.50")))
    assert any("écart de 10,00" in d for d in proposal.doubts(wrong))
    assert any("7\u00a0%" in d for d in proposal.doubts(reading(total="107.00", lines=(("7", "100.00", "7.00"),))))


def test_a_piece_without_number_or_date_still_has_a_reference():
    bare = replace(reading(lines=()), number=None, issued_on=None)
    found = proposal.propose(bare, CONTEXT)
    assert found.entry.piece_ref == "AC-20260314"
    assert (
        proposal.propose(reading(lines=(), vat=sure(Decimal("5.50"))), CONTEXT).entry.lines[1].account == "445660"
    )


@given(
    st.sampled_from([kind for kind in Kind if kind not in (Kind.OTHER, Kind.Z_DE_CAISSE)]),
    st.decimals("0.01", "99999", places=2),
    st.decimals("0", "20", places=2),
)
def test_every_kind_balances_whatever_the_figures(kind, net, tax):
    made = reading(kind, total=str(net + tax), lines=(("20", str(net), str(tax)),))
    found = proposal.propose(made, CONTEXT)
    assert found.entry.debit == found.entry.credit


def test_the_depositors_word_counts_more_than_a_guess():
    told = reading(Kind.RECEIPT).handed_in_as("ndf")
    assert (told.kind.value, told.kind.source) == (Kind.NOTE_DE_FRAIS, Source.PERSON)
    assert reading(Kind.RECEIPT).handed_in_as("achat").kind == sure(Kind.RECEIPT)
    assert reading(Kind.CREDIT_NOTE).handed_in_as("vente").kind.value == Kind.SALES_CREDIT_NOTE
    assert reading(Kind.RECEIPT).handed_in_as("") == reading(Kind.RECEIPT)


def test_a_credit_note_to_a_customer_is_the_mirror_of_a_sale():
    context = Context(Party("MAIRIE", "Mairie", "411000"), DAY, sales_account="701000")
    found = proposal.propose(reading(Kind.SALES_CREDIT_NOTE), context)
    assert lines_of(found) == [
        ("411000", "0.00", "105.50"), ("701000", "100.00", "0.00"), ("445710", "5.50", "0.00")
    ]  # fmt: skip
    assert found.entry.journal == "VE"
    assert "À vérifier : le client." in proposal.doubts(reading(Kind.SALES_CREDIT_NOTE, customer=None))


def test_an_amount_in_another_money_is_no_amount_of_the_books():
    assert proposal.doubts(reading(currency=sure("USD"))) == (
        "Pièce en USD : saisissez sa contre-valeur en euros.",
    )
    assert proposal.doubts(reading(currency=sure("EUR"))) == ()


def test_vat_that_is_seldom_given_back_is_doubted():
    told = proposal.propose(reading(text="Hôtel du Cygne, une nuitée"), CONTEXT).doubts
    assert told == ("La pièce parle de « hotel » : la TVA n’est sans doute pas déductible.",)
    assert proposal.propose(reading(text="Hôtel", lines=()), CONTEXT).doubts == (), "no VAT was read"
    assert proposal.propose(reading(text="Péage, farine"), CONTEXT).doubts == ()


def test_a_detail_that_contradicts_the_vat_is_said():
    told = proposal.doubts(reading(vat=sure(Decimal("9.00"))))
    assert told == ("Le détail de la TVA ne redonne pas la TVA.",)


def test_words_are_whole_words():
    assert nature.nature_of("LIVRAISON DE FARINE").account == "601000"
    assert nature.nature_of("farineux") is None
    assert text.folded("Élec’Ouest œuvre") == "ELEC OUEST OEUVRE"
