# SPDX-License-Identifier: Apache-2.0
"""Writes the bill of materials in CycloneDX: what the packages bring, licences and hashes; each time the same."""

import hashlib
import json
import os
import re
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from shipped import HERE, Distribution, Inside, distributions

PLACE = "usr/share/renkei/sbom.cdx.json"
# The markers of requirements are asked as Debian's Python would.
DEBIAN = {"python_version": "3.11", "python_full_version": "3.11.2", "platform_machine": "x86_64", "extra": ""}


def main() -> int:
    """sbom.py STAGE: for the package renkei-common, of what all packages bring."""
    stage = Path(sys.argv[1])
    file = stage / "renkei-common" / PLACE
    file.parent.mkdir(parents=True, exist_ok=True)
    found = distributions(stage)
    written = bill(found, locked((HERE / "runtime.lock").read_text("utf-8")), int(os.environ["SOURCE_DATE_EPOCH"]))
    file.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


def bill(found: Sequence[Distribution], hashes: Mapping[str, Sequence[str]], made: int) -> dict[str, Any]:
    """The whole bill. hashes are those that the lock admits, by name; made is in seconds since 1970."""
    (whole,) = (one for one in found if one.name == "renkei-gateway")
    components = [_component(one, hashes.get(one.name, ())) for one in found if one is not whole]
    content = hashlib.sha256(json.dumps(components).encode()).hexdigest()
    subject = _component(whole, ()) | {"type": "application"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
        "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(made, UTC).isoformat(), "component": subject},
        "components": components,
        "dependencies": [_needs(one, {other.name: other for other in found}) for one in found],
    }


def locked(lock: str) -> dict[str, list[str]]:
    """The hashes that a lock admits, by the names of distributions."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lock.splitlines():
        if pinned := re.match(r"([a-z0-9.-]+)==", line):
            name = pinned[1]
        found.setdefault(name, []).extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def _component(one: Distribution, hashes: Sequence[str]) -> dict[str, Any]:
    """A distribution: what the lock admits of it, and below it what was staged, and what is inside of it."""
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(one),
        "name": one.name,
        "version": one.version,
        "licenses": [{"expression": one.licence}],
        "properties": [{"name": "renkei:package", "value": one.room}],
    }
    if hashes:
        told |= {"purl": f"pkg:pypi/{one.name}@{one.version}", "hashes": [_hash(digest) for digest in hashes]}
    inside = [_inside(one, library) for library in one.inside()]
    return told | {"components": [*map(_record, *zip(*one.records(), strict=True)), *inside]}


def _record(place: Path, digest: str) -> dict[str, Any]:
    """The list of a distribution's files with their hashes, by which each of them is proved."""
    return {"type": "file", "name": f"/{place}", "hashes": [_hash(digest)]}


def _inside(of: Distribution, one: Inside) -> dict[str, Any]:
    reference = f"{_reference(of)}/{one.name}@{one.version}"
    told = {"type": "library", "bom-ref": reference, "name": one.name, "version": one.version}
    return told | ({"purl": one.purl} if one.purl else {}) | {"licenses": [{"expression": one.licence}]}


def _needs(one: Distribution, by_name: Mapping[str, Distribution]) -> dict[str, Any]:
    """What a distribution asks for, of that which is there."""
    asked = map(Requirement, one.metadata.get_all("Requires-Dist") or [])
    wanted = [each.name for each in asked if not each.marker or each.marker.evaluate(DEBIAN)]
    names = {name.lower().replace("_", "-").replace(".", "-") for name in wanted} & by_name.keys()
    return {"ref": _reference(one), "dependsOn": sorted(_reference(by_name[name]) for name in names)}


def _reference(one: Distribution) -> str:
    return f"{one.name}@{one.version}"


def _hash(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}


if __name__ == "__main__":
    sys.exit(main())
