"""By which ways somebody is told who never chose, and when nobody is written to."""

from datetime import date, datetime

from comptoir.domain.notice import Choice, Kind, Mail, digest_begins, may_write, place, writes_at
from comptoir.domain.reminder import PARIS
from comptoir.domain.rights import Act

SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=PARIS)
NIGHT = datetime(2026, 11, 24, 21, 30, tzinfo=PARIS)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)


def test_every_kind_is_for_somebody_and_says_what_it_is():
    for kind in Kind:
        assert kind.is_for(is_firm=True) or kind.is_for(is_firm=False), kind
        assert kind.french
        assert kind.short.endswith("."), kind


def test_what_a_locked_screen_shows_holds_no_figure():
    assert not [kind for kind in Kind if any(letter.isdigit() for letter in kind.short)]


def test_a_question_reaches_the_client_at_once_and_the_firm_never():
    assert Kind.QUESTION.default(is_firm=False) == Choice(in_app=True, push=True, mail=Mail.NOW)
    assert Kind.QUESTION.default(is_firm=True) == Choice(in_app=False, push=False, mail=Mail.NEVER)
    assert Kind.QUESTION.act is Act.SEE_MISSING


def test_pieces_to_review_fill_no_mailbox():
    assert Kind.REVIEW.default(is_firm=True).mail is Mail.NEVER
    assert not Kind.REVIEW.is_for(is_firm=False)


def test_nobody_is_written_to_at_night_on_a_sunday_or_on_a_holiday():
    holiday = datetime(2026, 7, 14, 12, 0, tzinfo=PARIS)
    assert [may_write(moment) for moment in (NOON, NIGHT, SUNDAY, holiday)] == [True, False, False, False]


def test_what_is_said_at_night_waits_for_the_morning():
    assert writes_at(NOON) == NOON
    assert writes_at(NIGHT) == datetime(2026, 11, 25, 8, 0, tzinfo=PARIS)
    assert writes_at(SUNDAY) == datetime(2026, 11, 30, 8, 0, tzinfo=PARIS)


def test_the_digest_of_a_day_begins_at_eight():
    assert digest_begins(date(2026, 11, 24)) == datetime(2026, 11, 24, 8, 0, tzinfo=PARIS)


def test_each_side_sees_a_thing_at_its_own_address():
    assert place("k", "manquantes/", is_firm=False) == "/c/k/manquantes/"
    assert place("k", "manquantes/", is_firm=True) == "/dossiers/k/manquantes/"


def test_mails_are_chosen_in_words():
    assert [mail.french for mail in Mail] == ["Tout de suite", "Résumé du jour", "Jamais"]
