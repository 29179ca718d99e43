"""How the twin bank says no."""


class Refusal(Exception):
    """A return code, and where it stands: technical ones in the header, those of the order itself in the body."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        is_of_the_order = code[:4] in ("0900", "0912", "0913")
        self.header, self.body = ("000000", code) if is_of_the_order else (code, "000000")
