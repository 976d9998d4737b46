# SPDX-License-Identifier: Apache-2.0
"""Mutual TLS between two hosts: one authority of our own, and names that are URIs, not hosts.

1. Only TLS 1.3, only certificates of the given authority; the machine's own authorities are never loaded.
2. Both sides show a certificate. Who a peer is stands in its one URI name: `renkei://site/<site>` or
   `renkei://tier/<tier>`. A certificate with none, with two, or with another form names nobody.
3. Host names and addresses are not looked at: they are what DNS says, not who it is.
4. No session is resumed, so that every connection shows its certificate again.
"""

import asyncio
import ssl
from pathlib import Path

from appliance.model.words import Site, Tier

Caller = Site | Tier
_NAMES: dict[str, Caller] = {
    **{f"renkei://site/{site}": site for site in Site},
    **{f"renkei://tier/{tier}": tier for tier in Tier},
}


class WrongPeer(ConnectionError):
    """The other side proved to be somebody else than it should be."""


def server_context(authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """For a listener: all three are PEM files. Raises ssl.SSLError or OSError when one cannot be used."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, authority, certificate, key)
    context.num_tickets = 0
    return context


def client_context(authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """For a dialler: all three are PEM files. Raises ssl.SSLError or OSError when one cannot be used."""
    return _context(ssl.PROTOCOL_TLS_CLIENT, authority, certificate, key)


def peer_of(transport: asyncio.BaseTransport) -> Caller | None:
    """Who the other side of a TLS connection is, by rule 2; None if its certificate names nobody we know."""
    certificate = transport.get_extra_info("peercert") or {}
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "URI"]
    return _NAMES.get(names[0]) if len(names) == 1 else None


def require_peer(transport: asyncio.BaseTransport, wanted: Tier) -> None:
    """Abort the connection and raise WrongPeer unless the other side is the wanted tier."""
    found = peer_of(transport)
    if found is not wanted:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        raise WrongPeer(f"the certificate of the other side names {found!r}, not the tier {wanted}")


def _context(protocol: int, authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """Rules 1, 2 and 3."""
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile=authority)
    context.load_cert_chain(certificate, key)
    return context
