"""ClamAV's daemon spoken to as it wants to be: by TCP or by a local socket, its silence and its refusals told apart."""

import socket
import struct
import threading
from contextlib import contextmanager

import pytest

from comptoir.gateways import antivirus
from comptoir.gateways.antivirus import clamd

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 600_000


def scanned(wire):
    """What clamd answers: it hears INSTREAM, then pieces with their lengths, then a length of nothing (clamd(8))."""
    with wire, wire.makefile("rb") as lines:
        assert lines.read(10) == b"zINSTREAM\0"
        heard = b""
        while size := struct.unpack("!L", lines.read(4))[0]:
            heard += lines.read(size)
            if len(heard) > LIMIT:
                wire.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        wire.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in heard else b"stream: OK\0")


@contextmanager
def daemon(family, place):
    with socket.socket(family) as door:
        door.bind(place)
        door.listen()

        def serve():
            try:
                while True:
                    scanned(door.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()
        door.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture(params=["tcp", "socket"])
def address(request, tmp_path):
    if request.param == "tcp":
        with daemon(socket.AF_INET, ("127.0.0.1", 0)) as (host, port):
            yield f"clamd://{host}:{port}"
    else:
        with daemon(socket.AF_UNIX, str(tmp_path / "clamd")) as path:
            yield f"clamd://{path}"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"bonjour", ""),
        (EICAR, "Eicar-Signature"),
        (b"x" * (clamd.CHUNK - 10) + EICAR + b"y" * 100, "Eicar-Signature"),
        (b"x" * 2 * clamd.CHUNK, ""),
    ],
)
def test_what_harms_is_named_wherever_it_stands(address, content, name):
    assert antivirus.scanner(address).found(content) == name


def test_what_the_daemon_does_not_look_at_is_not_taken_for_harmless(address):
    with pytest.raises(antivirus.Unreachable):
        antivirus.scanner(address).found(b"x" * (LIMIT + clamd.CHUNK))


@pytest.mark.parametrize("address", ["clamd://127.0.0.1:9", "clamd:///nulle/part"])
def test_a_daemon_that_is_not_there_is_told_as_such(address):
    with pytest.raises(antivirus.Unreachable, match="rien n’a été gardé"):
        antivirus.scanner(address).found(b"x")


def test_a_setting_names_a_scanner_or_none():
    assert antivirus.scanner("") is None
    assert antivirus.scanner("memory:").found(b"..EICAR-STANDARD-ANTIVIRUS-TEST-FILE!..")
    with pytest.raises(ValueError, match="COMPTOIR_ANTIVIRUS"):
        antivirus.scanner("norton://x")
