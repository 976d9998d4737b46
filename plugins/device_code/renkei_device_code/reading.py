# SPDX-License-Identifier: Apache-2.0
"""Reads a 確認コード strictly: one form, one order, a signature over all of it (docs/devices.md)."""

import base64
import binascii
import datetime as dt
import re

from appliance.contracts.device import MAX_EVIDENCE, EvidenceUnusable, Unusable
from appliance.model.confirmation import (
    FIRST,
    LAST,
    VERSION,
    Line,
    NotALine,
    canonical_bytes,
    parted,
    short_code_of,
)
from appliance.model.devices import Claim, Hint
from appliance.model.ids import CONTRACT_NUMBER, is_id
from appliance.model.time import instant
from appliance.model.traits import VERSION as FINGERPRINT
from renkei_device_code.certificates import Unfit, device_key

_BEGIN = f"{FIRST}: ".encode()
_END = f"\n{LAST}: ".encode()
_NAMES = re.compile(
    rf"{FIRST} contract seat kit made-at made-by certificate( wireguard-key)? fingerprint-version"
    r"( trait\.[a-z0-9.-]+){0,16}( hint){0,3}"
)
_TRAIT = re.compile(r"system-uuid|system-serial|board-serial|os-id|(disk|mac)\.[1-4]")
_HASH = re.compile(r"[0-9a-f]{32}")
_SEAT = re.compile(r"0[1-9]|[1-9][0-9]", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
_INSTANT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


def claim_of(content: bytes) -> Claim:
    """What the file claims. Raises EvidenceUnusable."""
    signed, signature = _halves(content)
    try:
        lines = parted(signed)
        claim = _claim(lines, signed)
        device_key(claim).verify(signature, signed)
    except (NotALine, Unfit, ValueError) as error:
        raise EvidenceUnusable(Unusable.EDITED) from error
    return claim


def _halves(content: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the signature. Raises EvidenceUnusable."""
    if len(content) > MAX_EVIDENCE:
        raise EvidenceUnusable(Unusable.TOO_LONG)
    text = canonical_bytes(content)
    if not text.startswith(_BEGIN):
        raise EvidenceUnusable(Unusable.NOT_ONE)
    _refuse_newer(text.partition(b"\n")[0].removeprefix(_BEGIN))
    signed, mark, rest = text.partition(_END)
    if not mark:
        raise EvidenceUnusable(Unusable.CUT)
    signature, _, more = rest.partition(b"\n")
    if more:
        raise EvidenceUnusable(Unusable.EDITED)
    return signed + b"\n", _signature(signature)


def _refuse_newer(version: bytes) -> None:
    text = version.decode("latin-1")
    if _COUNT.fullmatch(text) and int(text) > VERSION:
        raise EvidenceUnusable(Unusable.NEWER)


def _signature(text: bytes) -> bytes:
    """Raises EvidenceUnusable: what no longer is base64 has lost its end."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvidenceUnusable(Unusable.CUT) from error


def _claim(lines: list[Line], signed: bytes) -> Claim:
    """Raises ValueError for lines that are not in their place, or not of their form."""
    if _NAMES.fullmatch(" ".join(name for name, _ in lines)) is None:
        raise ValueError("the lines are not those of a confirmation code")
    said = dict(lines)
    if said[FIRST] != str(VERSION):
        raise ValueError("a version that there never was")
    return Claim(
        contract_number=_formed(CONTRACT_NUMBER, said["contract"]),
        seat=int(_formed(_SEAT, said["seat"])),
        kit=_kit(said["kit"]),
        certificate=base64.b64decode(said["certificate"], validate=True),
        made_at=instant(dt.datetime.fromisoformat(_formed(_INSTANT, said["made-at"]))),
        short_code=short_code_of(signed),
        fingerprint_version=_fingerprint_version(said["fingerprint-version"]),
        fingerprint=_fingerprint(lines),
        wireguard_key=_formed(_KEY, said["wireguard-key"]) if "wireguard-key" in said else "",
        hints=_hints(lines),
    )


def _formed(form: re.Pattern[str], text: str) -> str:
    if form.fullmatch(text) is None:
        raise ValueError("a value is not of its form")
    return text


def _kit(text: str) -> str:
    if not is_id(text):
        raise ValueError("no id of a kit")
    return text


def _fingerprint_version(text: str) -> int:
    """Raises EvidenceUnusable for one that this release does not know."""
    version = int(_formed(_COUNT, text))
    if version > FINGERPRINT:
        raise EvidenceUnusable(Unusable.NEWER)
    return version


def _fingerprint(lines: list[Line]) -> dict[str, str]:
    traits = [(name.removeprefix("trait."), value) for name, value in lines if name.startswith("trait.")]
    names = [name for name, _ in traits]
    if names != sorted(set(names)):
        raise ValueError("traits are in the order of their names, each once")
    return {_formed(_TRAIT, name): _formed(_HASH, value) for name, value in traits}


def _hints(lines: list[Line]) -> frozenset[Hint]:
    hints = [value for name, value in lines if name == "hint"]
    if hints != sorted(set(hints)):
        raise ValueError("hints are in the order of their names, each once")
    return frozenset(map(Hint, hints))
