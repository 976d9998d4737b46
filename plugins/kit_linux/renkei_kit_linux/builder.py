# SPDX-License-Identifier: Apache-2.0
"""The builder: programs, an order beside them, and a first line that hands all of it to Python (PEP 441)."""

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from importlib.resources import files

from appliance.contracts.kit import Kit, KitOrder, KitPlatform

NAME = "Linux"
ENDING = ".run"
# -I: what lies around on the PC, or stands in its environment, is not taken for a part of the kit.
FIRST_LINE = b"#!/usr/bin/env -S python3 -I\n"
ORDER = "renkei_kit_linux/on_pc/order.json"
WORDS = "renkei_kit_linux/on_pc/words.json"
# The modules of the appliance that a PC needs, which import nothing but the standard library.
_MODEL = ("confirmation", "traits")
_EMPTY = ("appliance/__init__.py", "appliance/model/__init__.py", "renkei_kit_linux/__init__.py")
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX, _MODE = 3, 0o644 << 16

Parts = Mapping[str, bytes]


class LinuxKits:
    """Kits for Linux. parts are the files that all of them have in common, by their names in the kit."""

    def __init__(self) -> None:
        """read_parts() comes before anything else."""
        self.parts: Parts = {}

    def read_parts(self) -> Parts:
        """The files, from this package and the appliance's model. Blocks."""
        programs = [one for one in files("renkei_kit_linux.on_pc").iterdir() if one.name.endswith(".py")]
        parts = {f"renkei_kit_linux/on_pc/{one.name}": one.read_bytes() for one in programs}
        parts["__main__.py"] = parts.pop("renkei_kit_linux/on_pc/__main__.py")
        for name in _MODEL:
            parts[f"appliance/model/{name}.py"] = files("appliance.model").joinpath(f"{name}.py").read_bytes()
        return parts | dict.fromkeys(_EMPTY, b"") | {WORDS: words()}

    async def platform(self) -> KitPlatform:
        """Nothing is ever missing."""
        return KitPlatform(NAME, version_of(self.parts))

    async def build(self, order: KitOrder) -> Kit:
        """The kit of a seat."""
        said = {name: value for name, value in asdict(order).items() if name != "client"}
        said["version"] = version_of(self.parts)
        content = packed({**self.parts, ORDER: json.dumps(said, ensure_ascii=False, sort_keys=True).encode()})

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        return Kit(order.stem + ENDING, len(content), hashlib.sha256(content).digest(), chunks)


def words() -> bytes:
    """What the kit says, as JSON: Python before 3.11 reads no TOML, and has to say so."""
    folder = files("renkei_kit_linux")
    said = tomllib.loads(folder.joinpath("words.toml").read_text("utf-8"))
    said["licence"] = folder.joinpath("licence.txt").read_text("utf-8").strip()
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


def version_of(parts: Parts) -> str:
    """Another one for other parts."""
    hash = hashlib.sha256()
    for name, content in sorted(parts.items()):
        hash.update(f"{name}\0{len(content)}\0".encode() + content)
    return hash.hexdigest()[:16]


def packed(parts: Parts) -> bytes:
    """The same bytes for the same parts: in the order of names, of one moment, and stored as they are."""
    buffer = io.BytesIO()
    buffer.write(FIRST_LINE)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, parts[name])
    return buffer.getvalue()
