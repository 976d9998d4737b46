# SPDX-License-Identifier: Apache-2.0
"""The bill of materials: everything with licence and hashes, each time the same, and no address of anything."""

import json
from pathlib import Path
from typing import Any

import pytest
import sbom
import shipped

from tests.packaging.staged import small

LOCK = f"""plain==1.0 \
    --hash=sha256:{"a" * 64} \
    --hash=sha256:{"b" * 64}
sealed-box==1.0 ; sys_platform == 'linux' \
    --hash=sha256:{"c" * 64}
"""
MADE = 1_795_305_600


def made(stage: Path) -> dict[str, Any]:
    """The bill of a stage."""
    return sbom.bill(shipped.distributions(stage), sbom.locked(LOCK), MADE)


@pytest.fixture
def bill(tmp_path: Path) -> dict[str, Any]:
    """The bill of the small tree."""
    return made(small(tmp_path))


def test_it_says_what_it_is_and_of_what(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["timestamp"] == "2026-11-22T00:00:00+00:00"
    assert bill["metadata"]["component"]["name"] == "renkei-gateway"
    assert [one["name"] for one in bill["components"]] == ["plain", "sealed-box"]


def test_each_library_has_its_licence_the_hashes_of_the_lock_and_of_what_is_installed(bill: dict[str, Any]) -> None:
    plain, box = bill["components"]
    assert plain["licenses"] == [{"expression": "MIT"}]
    assert plain["purl"] == "pkg:pypi/plain@1.0"
    assert [one["content"] for one in plain["hashes"]] == ["a" * 64, "b" * 64]
    assert [one["content"] for one in box["hashes"]] == ["c" * 64], "a marker is no part of a name"
    records = [one for one in plain["components"] if one["type"] == "file"]
    assert [one["name"].endswith("/plain-1.0.dist-info/RECORD") for one in records] == [True, True]
    assert all(len(one["hashes"][0]["content"]) == 64 for one in records)


def test_what_is_inside_of_a_wheel_is_told(bill: dict[str, Any]) -> None:
    (asn1,) = (one for one in bill["components"][1]["components"] if one["type"] == "library")
    assert (asn1["name"], asn1["purl"]) == ("asn1", "pkg:cargo/asn1@0.24.1")


def test_who_needs_whom(bill: dict[str, Any]) -> None:
    needs = {row["ref"]: row["dependsOn"] for row in bill["dependencies"]}
    assert needs["renkei-gateway@1.0"] == ["plain@1.0"]
    assert needs["plain@1.0"] == ["sealed-box@1.0"], "names as the standard has them, and no extra"


def test_every_reference_is_there_and_once(bill: dict[str, Any]) -> None:
    told = [bill["metadata"]["component"], *bill["components"]]
    references = [one["bom-ref"] for part in told for one in (part, *part["components"]) if "bom-ref" in one]
    assert len(references) == len(set(references))
    assert {row["ref"] for row in bill["dependencies"]} <= set(references)


def test_it_is_the_same_each_time_and_another_for_other_files(tmp_path: Path) -> None:
    first, again = made(small(tmp_path / "a")), made(small(tmp_path / "b"))
    assert first == again
    for record in (tmp_path / "b").rglob("plain-1.0.dist-info/RECORD"):
        record.write_text(record.read_text() + "plain/more.py,,\n")
    assert made(tmp_path / "b")["serialNumber"] != first["serialNumber"]


def test_it_names_no_place_on_the_network(bill: dict[str, Any]) -> None:
    assert "://" not in json.dumps(bill)


def test_it_comes_into_the_package_that_every_host_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["sbom.py", str(small(tmp_path))])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MADE))
    assert sbom.main() == 0
    assert json.loads((tmp_path / "renkei-common" / sbom.PLACE).read_text())["components"]
