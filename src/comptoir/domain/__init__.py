"""What is true in accounting: standard library only, frozen values, pure functions."""
