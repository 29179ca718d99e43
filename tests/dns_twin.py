"""A name server on this machine: it answers from a table by the real protocol, and keeps silent of what it is told to."""

import socket
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class Names:
    """What is published: `{("dupont.example", "TXT"): ["v=spf1 -all"]}`; `silent` are names that get no answer."""

    def __init__(self):
        self.table, self.silent, self.asked = {}, set(), []

    def answer(self, question):
        wanted = question.question[0]
        name, kind = wanted.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(wanted.rdtype)
        self.asked.append((name, kind))
        if name in self.silent:
            return None
        said = dns.message.make_response(question)
        said.flags |= dns.flags.RA
        if records := self.table.get((name, kind)):
            written = [_quoted(one) if kind == "TXT" else one for one in records]
            said.answer.append(dns.rrset.from_text(wanted.name, 60, "IN", kind, *written))
        elif not any(known == name for known, _ in self.table):
            said.set_rcode(dns.rcode.NXDOMAIN)
        return said


def _quoted(text):
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


@contextmanager
def serving(monkeypatch):
    """The names that every question of this process is answered from, meanwhile."""
    names = Names()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(door, names), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], door.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield names
        door.sendto(b"", door.getsockname())
        thread.join(5)


def _serve(door, names):
    while True:
        asked, whence = door.recvfrom(4096)
        if not asked:
            return
        if said := names.answer(dns.message.from_wire(asked)):
            door.sendto(said.to_wire(), whence)
