"""A company’s connections to its banks (Bridge): consents, accounts that are shared, and what each has told."""
