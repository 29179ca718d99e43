"""Who carries the mail, from one line of settings."""

import pytest
from django.core.mail import get_connection

from comptoir.lib.mail_transport import UnknownTransport, mail_transport


def test_without_a_setting_nobody_carries_it():
    assert mail_transport("") == {}


def test_a_mail_server_is_spoken_to_by_starttls_unless_said_otherwise():
    found = mail_transport("smtp://me%40x.example:p%2Fw@smtp.example")
    assert (found["host"], found["port"], found["username"], found["password"]) == (
        "smtp.example", 587, "me@x.example", "p/w",
    )  # fmt: skip
    assert (found["use_tls"], found["use_ssl"]) == (True, False)
    assert mail_transport("smtps://smtp.example")["port"] == 465
    assert mail_transport("smtps://smtp.example")["use_ssl"] is True
    assert mail_transport("smtp://localhost:25?tls=no")["use_tls"] is False


@pytest.mark.parametrize(
    "setting",
    [
        "brevo://xkeysib-AbC", "mailjet://KEY:SECRET", "postmark://tok", "mailgun://KEY@mg.example", "resend://re_AbC",
        "mailersend://tok", "smtp://u:p@host",
    ],
)  # fmt: skip
def test_each_carrier_is_one_that_django_can_make(setting, settings):
    connection = get_connection(**mail_transport(setting))
    assert connection.__class__.__module__.split(".")[0] in ("anymail", "django")
    key = getattr(connection, "api_key", None)
    assert key is None or key in setting, "a key keeps its capitals"


@pytest.mark.parametrize(
    "setting", ["carrier-pigeon://x", "nothing", "mailjet://KEY", "mailgun://KEY", "brevo://"]
)
def test_a_carrier_that_is_none_is_said(setting):
    with pytest.raises(UnknownTransport, match="COMPTOIR_MAIL"):
        mail_transport(setting)
