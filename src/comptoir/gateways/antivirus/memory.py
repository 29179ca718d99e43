"""A scanner that knows the one harmless file made to try scanners with (EICAR)."""

_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"


class Scanner:
    """Finds EICAR's test file, wherever it stands."""

    def found(self, content: bytes) -> str:
        """Its name, or nothing."""
        return "Eicar-Test-Signature" if _EICAR in content else ""
