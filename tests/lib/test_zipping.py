"""Ways of files that leave together: each its own, on every system."""

import pytest

from comptoir.lib.zipping import LONGEST, Ways, plain


@pytest.mark.parametrize(
    ("came", "given"),
    [
        (("a.pdf", "A.pdf", "a.pdf"), ["a.pdf", "A (2).pdf", "a (3).pdf"]),
        (("é.txt", "e\u0301.txt"), ["é.txt", "e\u0301 (2).txt"]),
        (("2025", "2025/Bail.pdf", "2025/Avenant.pdf"), ["2025", "2025 (2)/Bail.pdf", "2025 (2)/Avenant.pdf"]),
        (("2025/Bail.pdf", "2025"), ["2025/Bail.pdf", "2025 (2)"]),
        (("n. 12/scan", "n. 12/scan"), ["n. 12/scan", "n. 12/scan (2)"]),
        (("a:b?.pdf", "../../etc/passwd"), ["a b .pdf", "sans nom/sans nom/etc/passwd"]),
    ],
)
def test_each_has_a_way_of_its_own(came, given):
    ways = Ways()
    assert [ways.given(way) for way in came] == given


@pytest.mark.parametrize("name", ["é" * 300 + ".pdf", "\U0001f950" * 200, "Fac. " + "x" * 300])
def test_no_name_is_longer_than_a_file_system_takes(name):
    found = plain(f"pieces/{name}").partition("/")[2]
    assert len(found.encode()) <= LONGEST
    assert found.endswith(".pdf") == name.endswith(".pdf")
