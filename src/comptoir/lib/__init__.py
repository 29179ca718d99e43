"""What knows nothing of accounting."""
