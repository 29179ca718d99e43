"""The mail server's process: documents sent to a dossier's addresses are kept, then opened by a job.

`python -m comptoir.config.intake` with COMPTOIR_SMTP as `127.0.0.1:2525`, or `lmtp://127.0.0.1:2424`; STARTTLS where
COMPTOIR_SMTP_CERTIFICATE and COMPTOIR_SMTP_KEY name its files, and nothing in clear with COMPTOIR_SMTP_TLS=required. With COMPTOIR_IMAP, a mailbox is emptied too.
"""

import asyncio
import os
import signal
import ssl
import threading
from urllib.parse import urlsplit


def main() -> None:
    """Serve until a signal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django

    django.setup()
    asyncio.run(_serve(os.environ.get("COMPTOIR_SMTP", "127.0.0.1:2525"), os.environ.get("COMPTOIR_IMAP", "")))


async def _serve(address: str, mailbox: str) -> None:
    from comptoir.gateways.mail_in import imap
    from comptoir.web.intake import DESK

    stopped, done = asyncio.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    if box := imap.mailbox(mailbox):
        threading.Thread(target=imap.keep_emptying, args=(box, DESK, done), daemon=True).start()
    if address:
        async with await _listening(address):
            await stopped.wait()
    else:
        await stopped.wait()
    done.set()


async def _listening(address: str) -> asyncio.Server:
    from django.conf import settings

    from comptoir.gateways.mail_in import smtp
    from comptoir.web.intake import DESK

    parts = urlsplit(address if "//" in address else f"smtp://{address}")
    return await smtp.serve(
        DESK,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 2525,
        is_lmtp=parts.scheme == "lmtp",
        tls=_tls(),
        wants_tls=_wants_tls(),
        checks_as=settings.OWN_CHECKS,
    )


def _tls() -> ssl.SSLContext | None:
    certificate, key = os.environ.get("COMPTOIR_SMTP_CERTIFICATE"), os.environ.get("COMPTOIR_SMTP_KEY")
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _wants_tls() -> bool:
    """Whether mail in clear is turned away; said without a certificate, it is a fault at the start, not in each mail."""
    wanted = os.environ.get("COMPTOIR_SMTP_TLS", "")
    if wanted not in ("", "required"):
        raise ValueError("COMPTOIR_SMTP_TLS: required")
    if wanted and not os.environ.get("COMPTOIR_SMTP_CERTIFICATE"):
        raise ValueError("COMPTOIR_SMTP_TLS: COMPTOIR_SMTP_CERTIFICATE, COMPTOIR_SMTP_KEY")
    return bool(wanted)


if __name__ == "__main__":
    main()
