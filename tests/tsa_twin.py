"""A time-stamp authority made with OpenSSL, and a loopback server whose answer a test chooses."""

import contextlib
import http.server
import shutil
import subprocess
import threading

OPENSSL = shutil.which("openssl")
CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[plain]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[tsa_policy]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
certs = {folder}/chain.pem
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
accuracy = secs:1
[refuses]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
"""


def openssl(*args, **more):
    return subprocess.run([OPENSSL, *map(str, args)], check=True, capture_output=True, **more).stdout


class Tsa:
    """Keys and certificates of an authority: its root signs a middle one, which signs the one that stamps."""

    def __init__(self, folder, name):
        folder.mkdir()
        self.folder, self.name = folder, name
        self.config = folder / "openssl.cnf"
        self.config.write_text(CONFIG.format(name=name, folder=folder))
        (folder / "serial").write_text("01\n")
        self.certify("ca", "ca")
        self.certify("middle", "ca", by="ca")
        self.certify("tsa", "tsa", by="middle")
        (folder / "chain.pem").write_bytes(self.pem("tsa") + self.pem("middle"))

    @property
    def root(self):
        return self.folder / "ca.pem"

    def pem(self, who):
        return (self.folder / f"{who}.pem").read_bytes()

    def der(self, who):
        return openssl("x509", "-in", self.folder / f"{who}.pem", "-outform", "DER")

    def certify(self, who, extensions, *more, by=None, key=None):
        """A certificate and its key, or over a key that is there."""
        keys = (
            ("-key", self.folder / f"{key}.key")
            if key
            else ("-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / f"{who}.key")
        )
        signed = ("-CA", self.folder / f"{by}.pem", "-CAkey", self.folder / f"{by}.key") if by else ()
        openssl(
            "req", "-x509", *keys, "-config", self.config, "-extensions", extensions, "-days", "30",
            "-subj", f"/CN={self.name} {key or who}", "-out", self.folder / f"{who}.pem", *signed, *more,
        )  # fmt: skip

    def reply(self, query, *more, section="tsa_policy"):
        """What it answers to a request."""
        (self.folder / "query.tsq").write_bytes(query)
        return openssl(
            "ts", "-reply", "-config", self.config, "-section", section, "-queryfile", self.folder / "query.tsq", *more
        )  # fmt: skip

    def reply_signed_by(self, query, signer, *flags):
        """A grant of the same words, signed with another certificate or other attributes (`openssl cms`)."""
        words = openssl(
            "cms", "-verify", "-noverify", "-inform", "DER", "-binary", input=self.reply(query, "-token_out")
        )
        token = openssl(
            "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-econtent_type", "1.2.840.113549.1.9.16.1.4",
            "-md", "sha256", "-signer", self.folder / f"{signer}.pem", "-inkey", self.folder / f"{signer}.key",
            "-certfile", self.folder / "middle.pem", *flags, input=words,
        )  # fmt: skip
        body = bytes.fromhex("3003020100") + token
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body


class Served(http.server.ThreadingHTTPServer):
    """`answer` is a function of the request's bytes to (status, body, headers); `asked` keeps what came."""

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), _Session)
        self.answer, self.asked = answer, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://cabinet:s%40crets@127.0.0.1:{self.server_port}/tsr?client=7"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Session(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), query))
        status, body, *headers = self.server.answer(query)
        with contextlib.suppress(ConnectionError):  # who asked has gone
            if status is None:
                self.wfile.write(body)
                return
            self.send_response(status)
            for name, value in [("Content-Type", "application/timestamp-reply"), *headers]:
                self.send_header(name, value)
            self.end_headers()
            for part in [body] if isinstance(body, bytes) else body:
                self.wfile.write(part)

    def log_message(self, *_):
        pass
