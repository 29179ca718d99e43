"""Each way by which movements come is named, and says in one sentence what it asks of the client."""

import pytest

from comptoir.domain.bank_way import Way


@pytest.mark.parametrize("way", Way)
def test_each_way_is_named_and_explained_in_plain_words(way):
    assert way.french[0].isupper()
    assert way.asked.endswith(".")


def test_a_client_acts_only_where_a_bank_is_connected_or_files_are_sent():
    assert [way for way in Way if way.asks_client] == [Way.BRIDGE, Way.FILES]
