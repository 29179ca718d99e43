"""E-invoices that came through an approved platform: mandates, flows, and what was said of each."""
