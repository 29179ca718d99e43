"""The mail server's process: documents sent to a dossier's addresses are kept, then opened by a job.

`python -m comptoir.config.intake` with COMPTOIR_SMTP as `127.0.0.1:2525`, or `lmtp://127.0.0.1:2424`; STARTTLS where
COMPTOIR_SMTP_CERTIFICATE and COMPTOIR_SMTP_KEY name its files.
"""

import asyncio
import os
import signal
import ssl
from urllib.parse import urlsplit


def main() -> None:
    """Serve until a signal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    import django

    django.setup()
    asyncio.run(_serve(os.environ.get("COMPTOIR_SMTP", "127.0.0.1:2525")))


async def _serve(address: str) -> None:
    from comptoir.gateways.mail_in import smtp
    from comptoir.web.intake import DESK

    parts = urlsplit(address if "//" in address else f"smtp://{address}")
    server = await smtp.serve(
        DESK,
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 2525,
        is_lmtp=parts.scheme == "lmtp",
        tls=_tls(),
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with server:
        await stopped.wait()


def _tls() -> ssl.SSLContext | None:
    certificate, key = os.environ.get("COMPTOIR_SMTP_CERTIFICATE"), os.environ.get("COMPTOIR_SMTP_KEY")
    if not certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


if __name__ == "__main__":
    main()
