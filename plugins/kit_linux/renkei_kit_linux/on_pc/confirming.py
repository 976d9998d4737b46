# SPDX-License-Identifier: Apache-2.0
"""「インストール確認」: writes the 確認コード of this PC (R31, R74; docs/devices.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.model import traits
from appliance.model.confirmation import FIRST, VERSION, Line, file_name, short_code_of, signed_part, whole
from renkei_kit_linux.on_pc.clock import as_line, now
from renkei_kit_linux.on_pc.hints import hints
from renkei_kit_linux.on_pc.keys import certificate_line, signature, wireguard_line
from renkei_kit_linux.on_pc.machine import trait_lines
from renkei_kit_linux.on_pc.order import Order
from renkei_kit_linux.on_pc.places import Places, write_own


@dataclass(frozen=True)
class Confirmation:
    """The file that was written, and the short code that people compare by phone."""

    file: Path
    short_code: str


def confirm(places: Places, order: Order, environment: Mapping[str, str], folder: Path) -> Confirmation:
    """Write the 確認コード into a folder. Raises Trouble, OSError."""
    signed = signed_part(_lines(places, order, environment))
    code = short_code_of(signed)
    file = folder / file_name(code)
    write_own(file, whole(signed, signature(places, signed)))
    return Confirmation(file, code)


def _lines(places: Places, order: Order, environment: Mapping[str, str]) -> list[Line]:
    wireguard = wireguard_line(places)
    return [
        (FIRST, str(VERSION)),
        ("contract", order.contract),
        ("seat", order.number),
        ("kit", order.kit),
        ("made-at", as_line(now())),
        ("made-by", f"kit_linux {order.version}"),
        ("certificate", certificate_line(places)),
        *([("wireguard-key", wireguard)] if wireguard else []),
        ("fingerprint-version", str(traits.VERSION)),
        *trait_lines(places, order.salt),
        *(("hint", hint) for hint in hints(places, environment)),
    ]
