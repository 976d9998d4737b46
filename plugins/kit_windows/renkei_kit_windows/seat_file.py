# SPDX-License-Identifier: Apache-2.0
"""seat.ini, by which the installer and 「インストール確認」 know whose they are: as Windows reads it, in UTF-16."""

import codecs
import re
from collections.abc import Mapping

from appliance.contracts.kit import KitNotBuilt, KitOrder, KitTunnel
from renkei_kit_windows.settings import Settings

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
# Windows takes no more of a line than fits into its buffer; NSIS cuts at 1,024.
MAX_VALUE = 400
# By which engine the kit connects, and which one of the demo needs nothing on the PC.
ENGINE, WITHOUT_TUNNEL = "tunnel_softether", "tunnel_loopback"
# The server's certificate goes in pieces, as many as connection.c puts together.
PIECE, MOST_PIECES = 300, 16
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----", re.ASCII)


def seat_file(order: KitOrder, settings: Settings) -> bytes:
    """The file of one order. Raises KitNotBuilt for what would not come back as it is."""
    sections = {
        "seat": {
            "contract": order.contract_number,
            "number": f"{order.seat:02d}",
            "kit": order.kit,
            "fund": order.fund,
            "contact": order.contact,
            "public": order.public_url,
            "portal": order.portal_url,
        },
        "client": _client(settings),
        "binding": order.binding,
        **_vpn(order),
    }
    text = "".join(_section(name, values) for name, values in sections.items())
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def _client(settings: Settings) -> Mapping[str, str]:
    return {
        "arguments": settings.client_arguments,
        "program": settings.client_program,
        "command": settings.client_command,
    }


def _vpn(order: KitOrder) -> Mapping[str, Mapping[str, str]]:
    """The section of how it connects, none where it needs no VPN. Raises KitNotBuilt where it could by none."""
    ways = {tunnel.engine: tunnel for tunnel in order.tunnels}
    if ENGINE in ways:
        return {"vpn": _connecting(ways[ENGINE])}
    if ways.keys() - {WITHOUT_TUNNEL}:
        raise KitNotBuilt(f"PCs with Windows connect by {ENGINE}, which the gate does not have")
    return {}


def _connecting(tunnel: KitTunnel) -> Mapping[str, str]:
    client = tunnel.client
    try:
        said = {name: _word(client[name]) for name in ("host", "port", "hub")}
        der = _base64_of(client["certificate"])
    except KeyError as error:
        raise KitNotBuilt(f"the gate did not say the {error.args[0]} of {ENGINE}") from error
    pieces = [der[at : at + PIECE] for at in range(0, len(der), PIECE)]
    if not der or len(pieces) > MOST_PIECES:
        raise KitNotBuilt(f"the certificate that the gate told of {ENGINE} is none that fits into a kit")
    return {**said, "user": tunnel.user, **{f"certificate{at}": piece for at, piece in enumerate(pieces, 1)}}


def _word(told: str) -> str:
    """What goes into a command of the PC: nothing that could be more than one word. Raises KitNotBuilt."""
    if _WORD.fullmatch(told) is None:
        raise KitNotBuilt(f"the gate told of {ENGINE} what cannot stand in a command: {told[:40]!r}")
    return told


def _base64_of(pem: str) -> str:
    """The first certificate of a PEM, without its lines; "" where there is none."""
    found = _CERTIFICATE.search(pem)
    return "".join(found[1].split()) if found else ""


def _section(name: str, values: Mapping[str, str]) -> str:
    lines = "".join(f'{_named(key)}="{_value(value)}"\r\n' for key, value in values.items())
    return f"[{name}]\r\n{lines}\r\n"


def _named(key: str) -> str:
    if _NAME.fullmatch(key) is None:
        raise KitNotBuilt(f"the device binder named something {key!r}, which cannot stand in a kit")
    return key


def _value(text: str) -> str:
    """One line: what is no sign becomes a blank. The marks around it are taken off by Windows, none inside is."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    if len(shown) > MAX_VALUE:
        raise KitNotBuilt(f"a value for the kit has more than {MAX_VALUE} characters")
    return shown
