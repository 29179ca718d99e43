"""The database stops under a server that runs: people are told in a sentence, and what was sent goes on from its byte."""

import base64
import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from tests.cast import mill_pdf
from tests.template import poured

from comptoir.config import installation
from comptoir.lib.postgres import OWNER, WEB, Cluster
from comptoir.web import away

SET_UP = """
import django; django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone
from comptoir.domain.rights import Role
from comptoir.lib import tenancy
from comptoir.records.firms import actions as firms
from comptoir.records.firms.models import Person
at = timezone.now()
with transaction.atomic():
    alice, bob = (Person.objects.create_user(f"{one}@x.example", first_name=one) for one in ("alice", "bob"))
    firm = firms.set_up_firm(name="Martin", by=alice)
    with tenancy.within(firm.pk):
        company = firms.open_dossier(firm=firm, by=alice, at=at, name="Dupont")
        firms.join_company(company=company, person=bob, role=Role.DIRIGEANT, at=at)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(bob.pk), bob.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.save()
print(company.pk, session.session_key)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("away")
    for parent in (folder, *list(folder.parents)[:3]):
        parent.chmod(0o755)  # as root, the server runs as another user
    made = Cluster(folder / "postgres")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def served(cluster, tmp_path_factory):
    """A web server over a database of its own: its port, a client's company, and their session."""
    access, data = cluster.start(), tmp_path_factory.mktemp("data")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "COMPTOIR_"))}
    environment = {
        **kept,
        "PYTHONPATH": "src",
        "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
        "DATABASE_URL": access.url(WEB),
        "DATABASE_OWNER_URL": access.url(OWNER),
        "COMPTOIR_DATA": str(data),
        "COMPTOIR_DATABASE_PATIENCE": "1",
    }
    poured(access.url(OWNER))
    installation.migrate(environment)
    installation.collect_static(environment)
    said = subprocess.check_output([sys.executable, "-c", SET_UP], env=environment, text=True)
    company, session = said.split()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "comptoir.config.asgi:application", "--port", str(port)]
    running = subprocess.Popen([*command, "--log-level", "warning"], env=environment)
    try:
        until(lambda: ask(port, "GET", "/sante/")[0] == 200)
        yield port, company, session
    finally:
        running.terminate()
        running.wait(timeout=30)


def ask(port, method, path, body=b"", **headers):
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wire.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = wire.getresponse()
    found = answer.status, answer.headers, answer.read()
    wire.close()
    return found


def until(holds, patience=60):
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        try:
            if holds():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("it never came")


def test_pages_say_so_and_an_upload_goes_on_from_its_byte(served, cluster):
    port, company, session = served
    content = mill_pdf("A-1")
    cookie = {"Cookie": f"sessionid={session}"}
    place = f"/c/{company}/envois/"
    _, headers, body = ask(port, "GET", place, **cookie, Tus_Resumable="1.0.0", Accept="application/json")
    token = body.decode().split('"token": "')[1].partition('"')[0]
    crumbs = "; ".join(one.partition(";")[0] for one in headers.get_all("Set-Cookie"))
    sending = {
        "Cookie": f"{cookie['Cookie']}; {crumbs}",
        "X_CSRFToken": token,
        "Tus_Resumable": "1.0.0",
        "Content_Type": "application/offset+octet-stream",
    }
    named = base64.b64encode(b"a.pdf").decode()
    half = len(content) // 2
    status, headers, _ = ask(
        port, "POST", place, content[:half], **sending,
        Upload_Length=str(len(content)), Upload_Metadata=f"filename {named},key {base64.b64encode(b'k1').decode()}",
    )  # fmt: skip
    assert (status, headers["Upload-Offset"]) == (201, str(half))
    upload = headers["Location"]

    def go_on(at):
        return ask(port, "PATCH", upload, content[at:], **sending, Upload_Offset=str(at))

    cluster.stop()
    pages = ["/", f"/c/{company}/", f"/c/{company}/pieces/", "/compte/login/", "/sante/", f"/live/{company}/"]
    with ThreadPoolExecutor(8) as hands:
        asked = [hands.submit(ask, port, "GET", page, **cookie) for page in pages]
        sent = [hands.submit(go_on, half) for _ in range(2)]
        answers = [one.result() for one in asked]
        refusals = [one.result() for one in sent]
    for page, (status, headers, body) in zip(pages, answers, strict=True):
        assert (status, headers["Retry-After"]) == (503, "5"), page
        if not page.startswith("/live/"):
            assert "momentanément indisponible" in body.decode(), page
            assert b"Traceback" not in body
            assert b"psycopg" not in body
    for status, headers, body in refusals:
        assert (status, headers["Retry-After"], headers["Tus-Resumable"]) == (503, "5", "1.0.0")
        assert "Rien n’est perdu" in body.decode("unicode_escape") or "Rien n’est perdu" in body.decode()

    cluster.start()
    until(lambda: ask(port, "GET", "/sante/")[0] == 200)
    until(lambda: ask(port, "HEAD", upload, **sending)[0] == 200)
    there = int(ask(port, "HEAD", upload, **sending)[1]["Upload-Offset"])
    assert half <= there <= len(content), "what was acknowledged is there"
    assert go_on(there)[0] == 204
    status, _, body = ask(port, "GET", upload, **sending)
    assert status == 200
    assert body.decode().count('"document"') == 1
    shown = ask(port, "GET", f"/c/{company}/pieces/", **cookie)[2].decode()
    assert "a.pdf" in shown


@pytest.mark.parametrize(
    ("cause", "is_away"),
    [
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.ConnectionException(), True),
        (psycopg.errors.TooManyConnections(), True),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.DiskFull(), False),
    ],
)
def test_only_a_database_that_cannot_be_reached_is_away(cause, is_away):
    fault = OperationalError(str(cause))
    fault.__cause__ = cause
    assert away.is_away(fault) is is_away


def test_a_connection_that_is_closed_is_away_and_a_fault_of_ours_is_not(rf):
    assert away.is_away(InterfaceError("the connection is closed"))
    for fault in (None, ValueError("x"), KeyError("x")):
        assert not away.is_away(fault)
    try:
        raise ValueError("a secret")
    except ValueError:
        answer = away.fault(rf.get("/"))
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert "mal passé" in answer.content.decode()
