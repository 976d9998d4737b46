# SPDX-License-Identifier: Apache-2.0
"""What the packages bring, as stage.py has laid it out: distributions, and what is inside of them."""

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SAID = tomllib.loads((HERE / "licences.toml").read_text("utf-8"))
ROOMS = tomllib.loads((HERE / "rooms.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Inside:
    """A library inside of a wheel."""

    name: str
    version: str
    licence: str
    copyright: str = ""
    purl: str = ""
    file: str = ""
    room: str = ""


@dataclass(frozen=True)
class Distribution:
    """A distribution as it is staged. room is the package that brings its metadata."""

    name: str
    version: str
    room: str
    info: Path

    @cached_property
    def metadata(self) -> Message:
        """What the wheel says of itself."""
        return HeaderParser().parsestr((self.info / "METADATA").read_text("utf-8"))

    @property
    def is_ours(self) -> bool:
        """Whether it is built from this checkout."""
        return self.name.startswith("renkei-")

    @property
    def licence(self) -> str:
        """Its licence as an expression of SPDX. Raises KeyError where neither the wheel nor we say so."""
        by_hand = SAID["distributions"].get(self.name)
        said = str(by_hand or self.metadata["License-Expression"] or self.metadata["License"])
        if said == "None" or " " in re.sub(r" (AND|OR|WITH) |[()]", "", said):
            raise KeyError(f"licences.toml: what is the licence of {self.name}? The wheel says {said!r}")
        return said

    def texts(self) -> list[str]:
        """The texts of its licences, as the wheel brings them."""
        names = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")
        files = sorted(path for path in self.info.rglob("*") if path.name.upper().startswith(names))
        return [path.read_text("utf-8").strip() for path in files if path.is_file()]

    def tops(self) -> list[str]:
        """The folders and files that are its own, beside its metadata."""
        with (self.info / "RECORD").open(encoding="utf-8", newline="") as record:
            places = sorted({row[0].partition("/")[0] for row in csv.reader(record)})
        return [place for place in places if not place.endswith(".dist-info")]

    def records(self) -> list[tuple[Path, str]]:
        """RECORD for each Python, below the root of the package, with its SHA-256."""
        root = next(path for path in self.info.parents if path.name == self.room)
        found = sorted(root.glob(f"usr/lib/renkei/*/lib/*/site-packages/{self.info.name}/RECORD"))
        return [(path.relative_to(root), hashlib.sha256(path.read_bytes()).hexdigest()) for path in found]

    def inside(self) -> list[Inside]:
        """The libraries inside of it: those of our list, then those of which an SBOM in the wheel tells."""
        keys = ("name", "version", "licence", "copyright", "file")
        rows = [row for row in SAID["inside"] if row["of"] == self.name]
        listed = [Inside(**{key: row[key] for key in keys}, room=row.get("room", self.room)) for row in rows]
        return [*listed, *(one for one in self._told() if one.licence)]

    def _told(self) -> Iterator[Inside]:
        absent = SAID["not_inside"].get(self.name, [])
        for file in sorted(self.info.glob("sboms/*.json")):
            for component in json.loads(file.read_text("utf-8")).get("components", []):
                purl = str(component.get("purl", "")).partition("?")[0]
                name, version, licence = component["name"], component.get("version", ""), _expression(component)
                if name not in absent:
                    yield Inside(name, version, licence, purl=purl, room=self.room)


def _expression(component: dict[str, Any]) -> str:
    """The licences of a component of an SBOM, all of which hold; "" where there is none."""
    said = component.get("licenses", [])
    return " AND ".join(one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in said)


def distributions(stage: Path) -> list[Distribution]:
    """Every distribution of every package, by name."""
    found = {}
    for info in sorted(stage.glob("renkei-*/usr/lib/renkei/*/lib/*/site-packages/*.dist-info"), reverse=True):
        head = HeaderParser().parsestr((info / "METADATA").read_text("utf-8"))
        name = str(head["Name"]).lower().replace("_", "-").replace(".", "-")
        found[name] = Distribution(name, str(head["Version"]), info.relative_to(stage).parts[0], info)
    return [found[name] for name in sorted(found)]
