"""Signing in, and « Mon compte »: allauth's ways, in the product's words and look."""
