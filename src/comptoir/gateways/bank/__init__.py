"""The bank, by each way it speaks: files for now."""
