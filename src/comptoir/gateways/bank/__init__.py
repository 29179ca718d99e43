"""The bank, by each way it speaks: its files, and Bridge, which reads accounts."""
