"""Whether a mail comes from where it says: real signatures and a real name server, on this machine."""

import asyncio
import base64
import time
from types import SimpleNamespace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.dns_twin import serving

from comptoir.gateways.mail_in import Desk, origin, smtp
from comptoir.readers.mail import read

NAME = "comptoir-0123456789"
HOME, ELSEWHERE = "93.184.216.34", "45.33.32.156"
LETTER = b"From: Bob <bob@dupont.example>\r\nTo: x@y.example\r\nSubject: Facture\r\n\r\nVoici.\r\n"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def names(monkeypatch):
    monkeypatch.setattr(origin, "PATIENCE", 0.3)
    with serving(monkeypatch) as there:
        publish(there, "dupont.example")
        yield there


def publish(names, domain, *, policy="reject", spf=f"v=spf1 ip4:{HOME} -all"):
    names.table[domain, "TXT"] = [spf]
    names.table[f"_dmarc.{domain}", "TXT"] = [f"v=DMARC1; p={policy}"]
    names.table[f"s1._domainkey.{domain}", "TXT"] = [f"v=DKIM1; k=rsa; p={base64.b64encode(PUBLIC).decode()}"]


def signed(raw=LETTER, domain="dupont.example"):
    return dkim.sign(raw, b"s1", domain.encode(), PRIVATE, include_headers=[b"from", b"subject"]) + raw


def found(raw=LETTER, *, peer=HOME, envelope="bob@dupont.example", helo="mx.dupont.example"):
    """What the reader believes of a mail that came so."""
    written = origin.stamped(raw, name=NAME, peer=peer, helo=helo, envelope=envelope)
    assert written.endswith(raw), "the mail itself is as it came"
    return read(written, trusted={NAME})


def test_a_mail_from_the_domains_own_server_is_what_it_says(names):
    mail = found()
    assert mail.checks == {"spf": "pass", "dkim": "none", "dmarc": "pass", "policy": "reject"}
    assert not mail.is_forged


def test_a_mail_from_elsewhere_is_forged_where_its_domain_says_so(names):
    mail = found(peer=ELSEWHERE)
    assert mail.checks == {"spf": "fail", "dkim": "none", "dmarc": "fail", "policy": "reject"}
    assert mail.is_forged


@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_a_domain_that_is_only_listening_yet_accuses_nobody(names, policy):
    publish(names, "dupont.example", policy=policy)
    assert found(peer=ELSEWHERE).is_forged is (policy != "none")


def test_a_signature_carries_over_any_road(names):
    assert found(signed(), peer=ELSEWHERE, envelope="list@relay.example").checks["dmarc"] == "pass"


def test_the_signature_of_the_author_counts_beside_those_of_others(names):
    publish(names, "relay.example")
    raw = signed(signed(), "relay.example")
    mail = found(raw, peer=ELSEWHERE)
    assert (mail.checks["dkim"], mail.checks["dmarc"]) == ("pass", "pass")


@pytest.mark.parametrize(
    "changed",
    [
        signed().replace(b"Voici.", b"Autre IBAN."),
        signed().replace(b"s1", b"s2"),
        signed(domain="relay.example"),
        b"DKIM-Signature: v=1; a=rsa-sha256; b=\xff\xfe\r\n" + LETTER,
        b"DKIM-Signature: \r\n" * 500 + LETTER,
    ],
)
def test_a_signature_that_does_not_hold_saves_nothing(names, changed):
    publish(names, "relay.example")
    assert found(changed, peer=ELSEWHERE).is_forged


def test_a_stranger_who_speaks_for_himself_is_himself(names):
    publish(names, "pirate.example", spf=f"v=spf1 ip4:{ELSEWHERE} -all")
    assert found(peer=ELSEWHERE, envelope="x@pirate.example").is_forged, (
        "the envelope is theirs, the author is not"
    )


def test_of_several_authors_the_one_who_did_not_write_it_counts(names):
    publish(names, "pirate.example", spf=f"v=spf1 ip4:{ELSEWHERE} -all")
    raw = LETTER.replace(b"From: ", b"From: x@pirate.example, ")
    assert found(raw, peer=ELSEWHERE, envelope="x@pirate.example").is_forged


def test_the_silence_of_a_second_author_does_not_cover_the_first(names, monkeypatch):
    monkeypatch.setattr(origin, "LONGEST", 0.4)
    strangers = [f"a@x.lent{n}.example" for n in range(6)]
    names.silent.update(
        {f"_dmarc.{host}" for n in range(6) for host in (f"lent{n}.example", f"x.lent{n}.example")}
    )
    raw = LETTER.replace(
        b"From: Bob <bob@dupont.example>", f"From: bob@dupont.example, {', '.join(strangers)}".encode()
    )
    assert found(raw, peer=ELSEWHERE, envelope="bob@dupont.example").is_forged


def quiet(domain="muet.example"):
    """The letter of somebody whose domain publishes no policy."""
    return LETTER.replace(b"dupont.example", domain.encode())


def test_a_domain_that_publishes_nothing_accuses_nobody(names):
    mail = found(quiet(), peer=ELSEWHERE, envelope="bob@muet.example")
    assert (mail.checks["dmarc"], mail.is_forged) == ("none", False)


@pytest.mark.parametrize("envelope", ["bob@muet.example", "x@pirate.example", ""])
def test_without_a_policy_the_domains_own_spf_is_believed_whatever_sender_the_envelope_names(names, envelope):
    publish(names, "pirate.example", spf=f"v=spf1 ip4:{ELSEWHERE} -all")
    names.table["muet.example", "TXT"] = [f"v=spf1 ip4:{HOME} -all"]
    assert found(quiet(), peer=ELSEWHERE, envelope=envelope, helo="pirate.example").is_forged
    assert not found(quiet(), peer=HOME, envelope=envelope).is_forged


@pytest.mark.parametrize("spf", ["v=spf1 ~all", "v=spf1 ?all", "v=spf1 +all", "v=spf1 include:", "bonjour"])
def test_without_a_policy_only_a_plain_refusal_accuses(names, spf):
    names.table["muet.example", "TXT"] = [spf]
    assert not found(quiet(), peer=ELSEWHERE, envelope="bob@muet.example").is_forged


def test_without_a_policy_the_authors_own_signature_vouches_and_no_other(names):
    publish(names, "muet.example")
    publish(names, "pirate.example")
    del names.table["_dmarc.muet.example", "TXT"]
    way = {"peer": ELSEWHERE, "envelope": "bob@muet.example"}
    assert not found(signed(quiet(), "muet.example"), **way).is_forged
    mail = found(signed(quiet(), "pirate.example"), **way)
    assert (mail.checks["dkim"], mail.is_forged) == ("pass", True)


@pytest.mark.parametrize("silent", ["muet.example", "_dmarc.muet.example", "s1._domainkey.muet.example"])
def test_without_a_policy_a_name_server_that_keeps_silent_accuses_nobody(names, silent):
    publish(names, "muet.example")
    del names.table["_dmarc.muet.example", "TXT"]
    names.silent.add(silent)
    raw = signed(quiet(), "muet.example")
    raw = raw.replace(b"Voici.", b"Voila.") if silent == "muet.example" else raw
    assert not found(raw, peer=ELSEWHERE, envelope="bob@muet.example").is_forged


@pytest.mark.parametrize("silent", ["lent.example", "s1._domainkey.lent.example"])
def test_a_name_server_of_a_stranger_that_keeps_silent_saves_nothing(names, silent):
    names.silent.add(silent)
    raw = signed(LETTER, "lent.example")
    assert found(raw, peer=ELSEWHERE, envelope="x@lent.example", helo="lent.example").is_forged


def test_all_that_is_asked_of_one_mail_is_asked_within_five_seconds(names, monkeypatch):
    assert origin.LONGEST == 5
    monkeypatch.setattr(origin, "LONGEST", 0.6)
    raw, many = LETTER, [f"lent{number}.example" for number in range(8)]
    names.silent.update({*many, "lent.example", *(f"s1._domainkey.{domain}" for domain in many)})
    for domain in many:
        raw = signed(raw, domain)
    names.table["lent.example", "TXT"] = ["v=spf1 " + " ".join(f"include:{domain}" for domain in many) + " -all"]
    since = time.monotonic()
    mail = found(raw, peer=ELSEWHERE, envelope="x@lent.example")
    assert time.monotonic() - since < 3, (
        "by itself each of a dozen silences takes 0.3 s, and more on a machine that is busy"
    )
    assert mail.is_forged, "what accuses is asked before a stranger's silence has taken the time"


def test_hundreds_of_signatures_are_looked_at_by_their_spelling_alone(names, monkeypatch):
    asked = []
    real = origin.registered
    monkeypatch.setattr(origin, "registered", lambda domain: asked.append(domain) or real(domain))
    many = b"".join(b"DKIM-Signature: v=1; d=x%d.dupont.example; s=s1\r\n" % n for n in range(400))
    assert found(many + LETTER, peer=ELSEWHERE).is_forged
    assert len(set(asked)) <= 2 + origin.MOST_SIGNATURES


@pytest.mark.parametrize(
    "raw",
    [
        LETTER.replace(b"bob@dupont.example", b"=?utf-8?q?bob=40dupont.example?="),
        LETTER.replace(b"<bob@dupont.example>", "<bob@dupont.example>, x@é..fr".encode()),
        LETTER.replace(b"Subject:", b"no header at all\r\nSubject:"),
        LETTER.replace(b"From: Bob <bob@dupont.example>\r\n", b""),
    ],
)
def test_no_way_to_write_ones_name_evades_the_question(names, raw):
    mail = found(raw, peer=ELSEWHERE)
    assert mail.sender != "bob@dupont.example" or mail.is_forged


def test_a_bounce_without_an_author_is_nobodys(names):
    mail = found(b"Subject: non remis\r\n\r\nVoici.\r\n", peer=ELSEWHERE, envelope="", helo="")
    assert (mail.sender, mail.checks["dmarc"], mail.is_forged) == ("", "none", False)


def test_what_makes_the_question_fall_is_not_let_in(names, monkeypatch):
    monkeypatch.setattr(origin, "checks", lambda *given, **named: 1 / 0)
    mail = found(peer=ELSEWHERE)
    assert mail.is_forged


@pytest.mark.parametrize("silent", ["dupont.example", "_dmarc.dupont.example", "s1._domainkey.dupont.example"])
def test_a_name_server_that_keeps_silent_accuses_nobody(names, silent):
    names.silent.add(silent)
    raw = signed().replace(b"Voici.", b"Voila.") if silent == "dupont.example" else signed()
    assert not found(raw, peer=ELSEWHERE).is_forged


def test_a_subdomain_is_of_the_domain_unless_the_domain_wants_it_exact(names):
    publish(names, "mx.dupont.example")
    assert found(peer=HOME, envelope="b@mx.dupont.example").checks["dmarc"] == "pass"
    names.table["_dmarc.dupont.example", "TXT"] = ["v=DMARC1; p=reject; aspf=s"]
    assert found(peer=HOME, envelope="b@mx.dupont.example").is_forged


def test_a_subdomain_may_have_a_policy_of_its_own(names):
    names.table["_dmarc.dupont.fr", "TXT"] = ["v=DMARC1; p=reject; sp=none"]
    mail = found(LETTER.replace(b"bob@dupont.example", b"bob@sous.dupont.fr"), peer=ELSEWHERE)
    assert (mail.checks["dmarc"], mail.checks["policy"], mail.is_forged) == ("fail", "none", False)


@pytest.mark.parametrize(
    "record", ["v=DMARC1", "v=DMARC1; p", "v=DMARC1; p=peut-être", "bonjour", "v=DMARC1;;;=;"]
)
def test_a_record_that_says_nothing_is_as_none(names, record):
    names.table["_dmarc.dupont.example", "TXT"] = [record]
    assert found(peer=ELSEWHERE).is_forged, "its SPF refuses the host"
    names.table["dupont.example", "TXT"] = ["v=spf1 ~all"]
    assert not found(peer=ELSEWHERE).is_forged


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n", b"From: \r\n\r\nx", b"From: @\r\n\r\nx", b"From: a@" + b"x" * 400 + b".fr\r\n\r\n", b"From: a@\xff\xfe.fr\r\n\r\nx", "From: a@é..fr\r\n\r\nx".encode(), b"\x00" * 2000],
)  # fmt: skip
def test_whatever_a_stranger_writes_the_mail_is_kept(names, raw):
    found(raw, peer=ELSEWHERE, helo="\r\n;dmarc=pass", envelope="a b@;\r\nx")


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.7", "192.168.1.4", "fd00::1", "", "moi"])
def test_of_our_own_network_nothing_is_asked(names, peer):
    assert found(peer=peer).checks == {}
    assert names.asked == []


def test_nobody_elses_word_is_taken(names):
    raw = b"Authentication-Results: mx.pirate.example; dmarc=pass\r\n" + LETTER
    assert found(raw, peer=ELSEWHERE).is_forged


def test_the_server_writes_it_before_the_mail_is_kept(names):
    kept = []
    desk = Desk(lambda address: True, lambda address, envelope, raw: kept.append(raw))
    session = SimpleNamespace(peer=(ELSEWHERE, 4321), host_name="pirate")
    envelope = SimpleNamespace(
        content=LETTER, rcpt_tos=["achat.x@y", "vente.x@y"], mail_from="<bob@dupont.example>"
    )
    for checks_as in (NAME, ""):
        assert asyncio.run(smtp.Handler(desk, checks_as).handle_DATA(None, session, envelope)).startswith("250")
    assert [read(raw, trusted={NAME}).is_forged for raw in kept] == [True, True, False, False]
