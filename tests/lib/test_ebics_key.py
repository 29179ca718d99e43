"""The secret that closes EBICS keys: made once outside the database, or given; a wrong one is refused at the start."""

import base64

import pytest

from comptoir.config import environment


def test_it_is_made_once_and_readable_by_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_DATA", str(tmp_path / "new"))
    monkeypatch.delenv("COMPTOIR_EBICS_KEY", raising=False)
    first = environment.load().ebics_key
    assert len(first) == 32
    assert environment.load().ebics_key == first
    assert (tmp_path / "new" / "ebics-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_it_may_be_given_in_either_base64(encode, tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_DATA", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_EBICS_KEY", encode(b"\xfb\xff" * 16).decode())
    assert environment.load().ebics_key == b"\xfb\xff" * 16
    assert not (tmp_path / "ebics-key").exists()


@pytest.mark.parametrize("wrong", ["secret", "AAAA", "é" * 44, "*" * 44])
def test_a_wrong_one_is_refused_by_its_name(wrong, tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_DATA", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_EBICS_KEY", wrong)
    with pytest.raises(ValueError, match="COMPTOIR_EBICS_KEY"):
        environment.load()
