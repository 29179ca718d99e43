"""What the firm asks its client for, outside the bank's movements: lists of documents, and what becomes of each."""
