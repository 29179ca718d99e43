"""Clients that others wrote, against the twin bank: what they send is heard, what it answers is understood.

Each is skipped where it is not installed, and is never a dependency: fintech, ebicsclient (Python), ebics-client (Node).
"""

import json
import os
import shutil
import subprocess
from datetime import date
from functools import cache

import pytest
from tests.ebics_desk import CAMT, CFONB, DAY, STATEMENT, WHO, Desk, certificate_of_this_machine, tls_of

from comptoir.gateways.bank.ebics import Version, cipher
from comptoir.gateways.bank.ebics.twin import Serving

NODE = shutil.which("node")
NODE_MODULES = os.environ.get("COMPTOIR_EBICS_NODE_MODULES", "")


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    return certificate_of_this_machine(tmp_path_factory.mktemp("tls"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("signature", ["A005", "A006"])
def test_fintech_initialises_fetches_renews_and_suspends(version, signature, certified, tmp_path):
    pytest.importorskip("fintech")
    ebics = fintech_registered()

    with Desk(version) as desk, Serving(desk.twin, tls_of(certified)) as there:
        ring = ebics.EbicsKeyRing(keys=str(tmp_path / "ring"), passphrase="long secret")
        bank = ebics.EbicsBank(keyring=ring, hostid="TWINBANK", url=there.url)
        user = ebics.EbicsUser(keyring=ring, partnerid=WHO[0], userid=WHO[1])
        user.create_keys(keyversion=signature, bitlength=2048)
        user.create_certificates(commonName="Dupont", organizationName="Dupont", countryName="FR")
        client = ebics.EbicsClient(bank, user, version=version.value)
        client.check_ssl_certificates = False
        client.INI()
        client.HIA()
        desk.twin.activate(*WHO)
        client.HPB()
        bank.activate_keys()
        # Unlicensed, it asks for no day of the last three.
        desk.offer(STATEMENT, on=date(2026, 1, 5))
        desk.twin.segment_size = 64
        assert client.HTD()
        if version is Version.H004:
            content = client.FDL(CFONB.name, "2026-01-01", "2026-01-31", country="FR")
            assert content == STATEMENT
        else:
            form = ebics.BusinessTransactionFormat("EOP", "camt.053", scope="FR", container="ZIP", version="02")
            assert list(client.BTD(form, "2026-01-01", "2026-01-31").values()) == [STATEMENT]
        client.confirm_download()
        assert desk.twin.transactions == {}
        before = desk.twin.subscribers[WHO].signature
        client.HCS()
        assert desk.twin.subscribers[WHO].signature.modulus != before.modulus
        assert client.HTD()
        client.SPR()
        assert not desk.twin.subscribers[WHO].is_ready


@cache
def fintech_registered():
    """It wants to be registered once, before anything of it is imported."""
    import fintech

    fintech.register()
    from fintech import ebics

    return ebics


@pytest.mark.filterwarnings("ignore")
def test_ebicsclient_initialises_fetches_and_renews(certified, monkeypatch):
    ebicsclient = pytest.importorskip("ebicsclient")
    monkeypatch.setenv("SSL_CERT_FILE", str(certified / "certificate.pem"))
    # It names the bank's keys by the bare keys, in EBICS 3.0 too.
    with Desk(Version.H005, is_named_by_certificate=False) as desk, Serving(desk.twin, tls_of(certified)) as there:
        desk.offer(STATEMENT, on=DAY)
        client = peer_of(ebicsclient, there)
        client.ini()
        client.hia()
        desk.twin.activate(*WHO)
        keys = client.hpb()
        assert keys
        form = ebicsclient.BusinessTransactionFormat(
            "EOP", "camt.053", scope="FR", message_version="02", container="ZIP"
        )
        desk.twin.segment_size = 64
        assert [file.content for file in cipher.files(client.download(form))] == [STATEMENT]
        assert desk.twin.statements[0].is_fetched
        assert client.subscriber_info()
        assert client.bank_parameters()
        desk.offer(STATEMENT, on=DAY)
        assert CAMT.message in str(client.available_order_types())
        new = ebicsclient.rotate_keyring(client.keyring, ebicsclient.KeyRotation.ALL)
        client.change_keys(new, ebicsclient.KeyRotation.ALL)
        assert [file.content for file in cipher.files(client.download(form))] == [STATEMENT]


def peer_of(ebicsclient, there):
    bank = ebicsclient.Bank(host_id="TWINBANK", url=there.url)
    user = ebicsclient.User(partner_id=WHO[0], user_id=WHO[1])
    return ebicsclient.Client(bank, user, ebicsclient.generate_keyring())


SCRIPT = """
const { Client, Orders } = require('ebics-client');
const [url] = process.argv.slice(2);
let kept = null;
const client = new Client({
  url, partnerId: 'PARTNER', userId: 'USER', hostId: 'TWINBANK', passphrase: 'secret',
  keyStorage: { read: async () => kept, write: async (keys) => { kept = keys; } },
});
const said = (name, r) => console.log(JSON.stringify([name, r.technicalCode, r.businessCode, String(r.orderData)]));
(async () => {
  said('INI', await client.send(Orders.INI));
  said('HIA', await client.send(Orders.HIA));
  const bank = await client.send(Orders.HPB);
  said('HPB', bank);
  await client.setBankKeys(bank.bankKeys);
  said('HTD', await client.send(Orders.HTD));
  said('FDL', await client.send({ version: 'h004', operation: 'download', orderDetails: {
    OrderType: 'FDL', OrderAttribute: 'DZHNN',
    FDLOrderParams: { FileFormat: { '@': { CountryCode: 'FR' }, '#': 'camt.xxx.cfonb120.stm' } } } }));
})().catch((fault) => { console.error(fault); process.exit(1); });
"""


@pytest.mark.skipif(not NODE or not NODE_MODULES, reason="Node or COMPTOIR_EBICS_NODE_MODULES is not there")
def test_ebics_client_for_node_initialises_and_fetches(tmp_path):
    (tmp_path / "peer.js").write_text(SCRIPT)
    with Desk(Version.H004) as desk:
        desk.offer(b"plain ASCII")
        desk.twin.subscribers[WHO].is_ready = True
        run = subprocess.run(
            [NODE, "--security-revert=CVE-2023-46809", str(tmp_path / "peer.js"), desk.serving.url],
            env={**os.environ, "NODE_PATH": NODE_MODULES},
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert run.returncode == 0, run.stderr.decode()[-2000:]
        said = [json.loads(line) for line in run.stdout.decode().splitlines() if line.startswith("[")]
        assert [name for name, *_ in said] == ["INI", "HIA", "HPB", "HTD", "FDL"]
        assert {code for _, *codes, _ in said for code in codes} <= {"000000"}
        assert said[-1][-1] == "plain ASCII"
        assert desk.twin.statements[0].is_fetched
