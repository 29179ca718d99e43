"""The database's own server: started again where it falls, with all that was committed."""

import os
import signal
import time

import psycopg
import pytest

from comptoir.lib.postgres import DATABASE, OWNER, Cluster

PATIENCE = 40


@pytest.fixture
def cluster(tmp_path):
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        folder.chmod(0o755)  # as root, the server runs as another user
    made = Cluster(tmp_path / "postgres")
    yield made
    made.stop()


def asked(url, question):
    with psycopg.connect(url, connect_timeout=2) as connection:
        answer = connection.execute(question)
        return answer.fetchone() if answer.description else None


def test_a_server_that_is_killed_is_back_at_the_same_place_with_what_was_committed(cluster):
    url, told = cluster.start().url(OWNER, DATABASE), []
    asked(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with cluster.kept_up(told.append):
        first = cluster.server.pid
        os.kill(first, signal.SIGKILL)
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            try:
                assert asked(url, "SELECT answer FROM kept") == (42,)
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                break
        assert cluster.server.pid != first
        assert asked(url, "SELECT answer FROM kept") == (42,)
    assert told == ["« base de données » s’est arrêtée (code -9) ; reprise."]
    cluster.stop()
    time.sleep(0.5)
    assert cluster.server is None, "what is stopped on purpose stays stopped"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_whose_data_it_is_stays_who_runs_it_where_the_folders_above_are_opened_later(tmp_path):
    tmp_path.chmod(0o700)
    shut = Cluster(tmp_path / "postgres")
    shut.start()
    shut.stop()
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        folder.chmod(0o755)
    opened = Cluster(tmp_path / "postgres")
    try:
        assert asked(opened.start().url(OWNER), "SELECT 1") == (1,)
    finally:
        opened.stop()
