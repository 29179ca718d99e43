"""Every mail about an account: French, in text and in HTML, one button at most, nothing left unfilled."""

import re
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.test import RequestFactory
from django.utils import timezone

from comptoir.records.firms.models import Person

TEMPLATES = Path(__file__).resolve().parents[2] / "src/comptoir/web/templates"
MAILS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt") for path in TEMPLATES.rglob("*_subject.txt")
)
SAMPLE = {
    "person": Person(first_name="Bob", last_name="<b>Dupont</b>", email="bob@example.org"),
    "timestamp": timezone.now(), "device": "Safari sur iPhone", "ip": "192.0.2.1", "address": "boutique@example.org",
    "home": "https://comptoir.example/", "profile": "https://comptoir.example/compte/profil/",
    "link": "https://comptoir.example/lien", "password_reset_url": "https://comptoir.example/reset",
}  # fmt: skip


@pytest.mark.parametrize("prefix", MAILS)
def test_a_mail_says_the_same_in_text_and_in_html(prefix):
    request = RequestFactory().get("/")
    with request_context(request):
        mail = get_adapter().render_mail(prefix, "bob@example.org", SAMPLE)
    ((page, kind),) = mail.alternatives
    assert kind == "text/html"
    assert mail.subject
    assert mail.subject in page
    for text in (mail.subject, mail.body, page):
        assert not re.search(
            r"\b(you|your|password|hello|click|email)\b", re.sub(r"https?://\S+|<[^>]+>", "", text), re.I
        )
        assert "{{" not in text
        assert "{%" not in text
    assert page.count("border-radius:6px") <= 1
    assert "<script" not in page
    links = {link.rstrip(".,") for link in re.findall(r"https://[^\s\"<]+", mail.body)}
    assert links <= set(re.findall(r'href="(https://[^"]+)"', page)), "each link of the text is in the page"


def test_there_are_as_many_mails_as_occasions():
    assert len(MAILS) == 14
