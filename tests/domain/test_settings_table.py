"""The table of settings: each is somebody's to change, and is told once."""

from comptoir.domain.settings_table import SETTINGS, as_markdown


def test_each_setting_is_told_once_and_is_somebodys():
    names = [one.name for one in SETTINGS]
    assert len(names) == len(set(names))
    assert all(one.roles for one in SETTINGS)


def test_the_table_has_a_line_for_each():
    lines = as_markdown().splitlines()
    assert len(lines) == 2 + len(SETTINGS)
    assert lines[2] == "| Assignation des dossiers | Expert-comptable | libre | `firm_confidentiality` |"
