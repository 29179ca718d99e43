"""Whose a mail's domain is: the one that somebody registered, and whether two are of one owner (DMARC, RFC 7489 §3.1)."""

from functools import lru_cache

from authheaders.dmarc_lookup import get_org_domain


def is_aligned(domain: str, author: str) -> bool:
    """Whether who speaks for a domain speaks for the author's too, as DMARC's relaxed mode has it."""
    if domain == author:
        return bool(author)
    root = registered(author)
    return bool(root) and f".{domain}".endswith(f".{root}") and registered(domain) == root


@lru_cache(4096)
def registered(domain: str) -> str:
    """The domain that somebody owns (`dupont.fr` of `mx.dupont.fr`), also where its ending is newer than the list of them."""
    found = str(get_org_domain(domain) or "")
    return found if "." in found else ".".join(domain.split(".")[-2:])
