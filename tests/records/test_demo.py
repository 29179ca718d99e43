"""The demo firm: whole, or not there at all."""

import pytest

from comptoir.demo import build
from comptoir.records.deposits.models import Document
from comptoir.records.firms.models import Firm, Person

pytestmark = pytest.mark.django_db


def test_a_build_cut_in_the_middle_leaves_nothing_behind():
    def cut(line: str) -> None:
        if "mouvements" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(cut)
    assert [model.objects.count() for model in (Firm, Person, Document)] == [0, 0, 0]
