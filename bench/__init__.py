"""What Comptoir costs, measured: `python -m bench`."""
