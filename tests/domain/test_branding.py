"""The firm's colour: only one on which everybody can read."""

from decimal import Decimal

import pytest

from comptoir.domain.branding import NIGHT, READABLE, accent_fault, at_night, contrast, is_colour


def test_the_contrast_is_that_of_wcag():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert contrast("#777777", "#777777") == 1
    assert round(contrast("#767676", "#ffffff"), 2) == Decimal("4.54")


@pytest.mark.parametrize("colour", ["", "#1f5641", "#767676", "#000000"])
def test_a_readable_colour_is_taken(colour):
    assert accent_fault(colour) == ""


@pytest.mark.parametrize(
    ("colour", "said"),
    [
        ("#ffcc00", "contraste 1,5"),
        ("#777777", "trop claire"),
        ("rouge", "forme"),
        ("#fff", "forme"),
        ("#12345g", "forme"),
    ],
)
def test_another_is_refused_with_its_reason(colour, said):
    assert said in accent_fault(colour)


@pytest.mark.parametrize("colour", ["#000000", "#1f5641", "#0000ff", "#767676"])
def test_at_night_it_is_as_light_as_is_needed(colour):
    assert is_colour(at_night(colour))
    assert contrast(at_night(colour), NIGHT) >= READABLE
