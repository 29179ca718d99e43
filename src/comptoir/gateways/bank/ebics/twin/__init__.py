"""A bank on this machine that speaks EBICS for real and forgives nothing: for tests, and for who has no contract yet.

It checks schemas (where it is given them), signatures, nonces, hashes, states and phases as a bank does, gives the
statements that it is handed, and fails as banks do where it is asked to: `with Serving(Twin()) as bank` listens at `bank.url`.
"""

from comptoir.gateways.bank.ebics.twin.counter import answered
from comptoir.gateways.bank.ebics.twin.serving import Serving
from comptoir.gateways.bank.ebics.twin.state import Fault, Statement, Subscriber, Twin

__all__ = ["Fault", "Serving", "Statement", "Subscriber", "Twin", "answered"]
