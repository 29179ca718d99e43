"""The firm's EBICS contracts: how far each has come, what it fetched, whose each statement is, and the accounts' mandates."""
