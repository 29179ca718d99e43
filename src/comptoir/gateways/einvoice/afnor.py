"""XP Z12-013, the flow service: `POST /v1/flows/search`, `GET /v1/flows/{flowId}`, `POST /v1/flows`."""

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from comptoir.gateways.einvoice import Kind, Listed, Message, Refused, Unreachable, cdar
from comptoir.gateways.einvoice.wire import Access, Wire
from comptoir.lib.wire import PATIENCE

__all__ = ["Access", "Platform"]

PAGE = 100
WIDEST = 1600
MOST_PAGES = 2000
MARGIN = timedelta(minutes=10)
"""How far back a list begins again: what was stored late under an earlier moment is seen all the same."""

_FLOW_ID = re.compile(r"[\w.:~@+-]{1,100}")
log = logging.getLogger(__name__)


class Platform:
    """A platform behind its flow service."""

    def __init__(self, access: Access, *, patience: float = PATIENCE) -> None:
        self.wire = Wire(access, patience=patience)

    def received(self, since: str) -> Iterator[Listed]:
        """What has come since, each once, by `updatedAfter`, which the standard compares strictly.

        A page is begun again at the last moment but one: flows of one moment may stand on both sides of its edge.
        """
        seen: set[str] = set()
        after, limit = _earlier(since), PAGE
        for _ in range(MOST_PAGES):
            rows = self._page(after, limit)
            fresh = [listed for row in rows if (listed := _listed(row)) and listed.flow_id not in seen]
            seen |= {listed.flow_id for listed in fresh}
            yield from sorted(fresh, key=lambda listed: _moment(listed.updated_at))
            if len(rows) < limit:
                return
            further = _last_but_one(rows) if _is_in_order(rows) else ""
            if further and (not after or _moment(further) > _moment(after)):
                after, limit = further, PAGE
            elif limit < WIDEST:
                limit *= (
                    2  # more of one moment than a page holds, or a page in no order that could be gone on from
                )
            else:
                break
        raise Unreachable("(liste sans fin)")

    def fetch(self, flow_id: str) -> bytes:
        """The original."""
        content = self.wire.raw("GET", f"/v1/flows/{quote(flow_id, safe='')}?docType=Original")
        if not content:
            raise Unreachable("(fichier vide)")
        return content

    def acknowledge(self, flow_id: str) -> None:
        """Some platforms take a receipt; the standard names none, and one that knows none loses nothing."""
        try:
            self.wire.raw(
                "POST", f"/v1/flows/{quote(flow_id, safe='')}/acknowledgement", b"{}", "application/json"
            )
        except Refused:
            log.debug("the platform keeps no receipts: %s", flow_id)

    def send_status(self, message: Message) -> str:
        """Send it unless an earlier try went through: the platform finds it by our own key."""
        return self._sent(message.key) or self._send(message)

    def _page(self, after: str, limit: int) -> list[dict[str, Any]]:
        where: dict[str, Any] = {"flowType": [kind.value for kind in Kind]}
        if after:
            where["updatedAfter"] = after
        return self._found(where, limit)

    def _found(self, where: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        answer = self.wire.ask("POST", "/v1/flows/search", {"where": where, "limit": limit})
        rows = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Unreachable("(liste illisible)")
        return [row for row in rows if isinstance(row, dict)]

    def _sent(self, key: str) -> str:
        rows = self._found({"trackingId": key}, 1)
        return str(rows[0].get("flowId", "")) if rows and rows[0].get("trackingId") == key else ""

    def _send(self, message: Message) -> str:
        file = cdar.written(message)
        info = {
            "trackingId": message.key,
            "name": f"{message.code}-{message.key}.xml",
            "flowSyntax": "CDAR",
            "flowType": (Kind.SALE_NEWS if message.is_by_seller else Kind.PURCHASE_NEWS).value,
            "processingRule": "B2B",
            "sha256": hashlib.sha256(file).hexdigest(),
        }
        body, kind = _multipart(info, file)
        answer = json.loads(self.wire.raw("POST", "/v1/flows", body, kind) or b"{}")
        return str(answer.get("flowId", "")) if isinstance(answer, dict) else ""


def _listed(row: dict[str, Any]) -> Listed | None:
    """A flow of ours; None for one that is not ready yet, is our own message, or says nothing that we know."""
    flow_id, moment, kind = row.get("flowId"), row.get("updatedAt"), row.get("flowType")
    if not isinstance(flow_id, str) or not _FLOW_ID.fullmatch(flow_id) or kind not in {k.value for k in Kind}:
        log.warning("a flow that cannot be told is left at the platform: %.80r", flow_id)
        return None
    if not isinstance(moment, str) or _read(moment) is None:
        log.warning("a flow without a moment is left at the platform: %s", flow_id)
        return None
    receipt = row.get("acknowledgement")
    is_ready = not isinstance(receipt, dict) or receipt.get("status", "Ok") == "Ok"
    is_own = Kind(kind).is_news and row.get("flowDirection") == "Out"
    return (
        Listed(flow_id, Kind(kind), str(row.get("flowSyntax", ""))[:20], moment)
        if is_ready and not is_own
        else None
    )


def _last_but_one(rows: list[dict[str, Any]]) -> str:
    """The latest moment but one of a page, as the platform wrote it; empty where they are all of one."""
    moments = {found: str(row["updatedAt"]) for row in rows if (found := _read(row.get("updatedAt")))}
    return moments[sorted(moments)[-2]] if len(moments) > 1 else ""


def _is_in_order(rows: list[dict[str, Any]]) -> bool:
    moments = [found for row in rows if (found := _read(row.get("updatedAt")))]
    return moments == sorted(moments)


def _earlier(since: str) -> str:
    found = _read(since)
    return (
        (found - MARGIN).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if found else ""
    )


def _moment(written: str) -> datetime:
    return _read(written) or datetime.min.replace(tzinfo=UTC)


def _read(written: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _multipart(info: dict[str, str], file: bytes) -> tuple[bytes, str]:
    edge = secrets.token_hex(16)
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="flowInfo"\r\nContent-Type: application/json\r\n\r\n'
        f"{json.dumps(info)}\r\n--{edge}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{info["name"]}"\r\n'
        "Content-Type: application/xml\r\n\r\n"
    )
    return head.encode() + file + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
