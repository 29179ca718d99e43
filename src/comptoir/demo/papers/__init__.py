"""Invented papers as they come in: printed, photographed, scanned, or carrying their data. Deterministic."""

from comptoir.demo.papers.pictured import receipt_photo, scan_pdf
from comptoir.demo.papers.printed import expense_report_pdf, invoice_pdf, till_pdf
from comptoir.demo.papers.shared import balance_sheet_pdf, payslip_pdf, register_pdf
from comptoir.demo.papers.structured import cii_xml, facturx_pdf, ubl_xml
from comptoir.demo.papers.things import MONTHS, Expense, ExpenseReport, Invoice, Item, Party, Till

__all__ = [
    "MONTHS",
    "Expense",
    "ExpenseReport",
    "Invoice",
    "Item",
    "Party",
    "Till",
    "balance_sheet_pdf",
    "cii_xml",
    "expense_report_pdf",
    "facturx_pdf",
    "invoice_pdf",
    "payslip_pdf",
    "receipt_photo",
    "register_pdf",
    "scan_pdf",
    "till_pdf",
    "ubl_xml",
]
