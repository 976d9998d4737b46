# SPDX-License-Identifier: Apache-2.0
"""What tells this PC from others: numbers of board, disks, network cards and installation (docs/devices.md)."""

from collections.abc import Iterator
from pathlib import Path

from appliance.model.confirmation import Line
from appliance.model.traits import canonical_mac, canonical_trait, trait_hash
from renkei_kit_linux.on_pc.places import Places

_MOST = 4
_DMI = {"system-uuid": "product_uuid", "system-serial": "product_serial", "board-serial": "board_serial"}
# What stands before the serial number in the page 0x80 of a SCSI disk (SPC-4).
_PAGE_HEADER = 4


def traits(places: Places) -> dict[str, str]:
    """Each trait that says something, in its canonical form, by its name. What may not be read is left out."""
    found = {name: canonical_trait(_text(places.on(f"sys/class/dmi/id/{file}"))) for name, file in _DMI.items()}
    found["os-id"] = canonical_trait(_text(places.on("etc/machine-id")))
    found |= _numbered("disk", _disks(places))
    found |= _numbered("mac", _cards(places))
    return {name: value for name, value in found.items() if value}


def trait_lines(places: Places, salt: str) -> list[Line]:
    """The lines of the 確認コード, in their order."""
    return sorted((f"trait.{name}", trait_hash(value, salt)) for name, value in traits(places).items())


def _numbered(kind: str, values: Iterator[str]) -> dict[str, str]:
    different = list(dict.fromkeys(filter(None, values)))[:_MOST]
    return {f"{kind}.{number}": value for number, value in enumerate(different, 1)}


def _disks(places: Places) -> Iterator[str]:
    """Serial numbers of disks that are built in."""
    for disk in _built_in(places.on("sys/block")):
        if _text(disk / "removable") == "1":
            continue
        page = _bytes(disk / "device" / "vpd_pg80")[_PAGE_HEADER:].decode("ascii", "replace")
        yield canonical_trait(_text(disk / "device" / "serial") or _text(disk / "serial") or page)


def _cards(places: Places) -> Iterator[str]:
    """Addresses that the makers of built-in network cards gave."""
    for card in _built_in(places.on("sys/class/net")):
        if _text(card / "addr_assign_type") in ("", "0"):
            yield canonical_mac(_text(card / "address"))


def _built_in(folder: Path) -> Iterator[Path]:
    """The devices of a folder that are real, and do not hang on a USB plug, in the order of their names."""
    for one in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (one / "device").exists() and not any(part.startswith("usb") for part in one.resolve().parts):
            yield one


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", "replace").strip("\0 \t\r\n")


def _bytes(path: Path) -> bytes:
    """The content, b"" where there is none that this person may read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
