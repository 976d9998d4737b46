# SPDX-License-Identifier: Apache-2.0
"""What is staged is read as it is, and nothing goes without a licence."""

import hashlib
import json
from pathlib import Path

import pytest
import shipped

from tests.packaging.staged import distribution, small


def test_distributions_are_found_with_the_package_that_brings_them(tmp_path: Path) -> None:
    found = shipped.distributions(small(tmp_path))
    assert [(one.name, one.version, one.room) for one in found] == [
        ("plain", "1.0", "renkei-vault"),
        ("renkei-gateway", "1.0", "renkei-common"),
        ("sealed-box", "1.0", "renkei-vault"),
    ]
    assert [one.is_ours for one in found] == [False, True, False]
    assert [one.tops() for one in found] == [["plain"], [], ["sealed_box.py"]]


def test_a_record_is_told_for_each_python(tmp_path: Path) -> None:
    (plain, *_) = shipped.distributions(small(tmp_path))
    places = [place.as_posix() for place, _ in plain.records()]
    assert [("python3.11" in place, "python3.13" in place) for place in places] == [(True, False), (False, True)]
    for place, digest in plain.records():
        assert hashlib.sha256((tmp_path / "renkei-vault" / place).read_bytes()).hexdigest() == digest


def test_what_is_inside_is_told_where_its_licence_is_known(tmp_path: Path) -> None:
    *_, box = shipped.distributions(small(tmp_path))
    (inside,) = box.inside()
    assert (inside.name, inside.version, inside.licence) == ("asn1", "0.24.1", "BSD-3-Clause")
    assert inside.purl == "pkg:cargo/asn1@0.24.1", "without the address of a download"


def test_what_a_wheel_only_could_have_brought_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [{"license": {"id": "IJG"}}, {"license": {"id": "BSD-3-Clause"}}]
    components = [{"name": "jpeg", "licenses": both}, {"name": "quantum", "version": "4", "licenses": both}]
    sbom = {"pillow-1.0.dist-info/sboms/p.json": json.dumps({"components": components})}
    distribution(tmp_path, "renkei-vault", "pillow", "License: MIT", sbom)
    monkeypatch.setitem(shipped.SAID, "not_inside", {"pillow": ["quantum"]})
    ((inside,),) = (one.inside() for one in shipped.distributions(tmp_path))
    assert (inside.name, inside.version, inside.licence) == ("jpeg", "", "IJG AND BSD-3-Clause")


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License: Apache-2.0", "Apache-2.0"),
        ("License-Expression: (MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
    ],
)
def test_a_licence_is_what_the_wheel_says(tmp_path: Path, said: str, licence: str) -> None:
    distribution(tmp_path, "renkei-vault", "one", said, {})
    (one,) = shipped.distributions(tmp_path)
    assert one.licence == licence


@pytest.mark.parametrize("said", ["", "License: BSD, Public Domain", "License: see the file"])
def test_a_licence_that_nobody_tells_stops_the_build(tmp_path: Path, said: str) -> None:
    distribution(tmp_path, "renkei-vault", "one", said, {})
    (one,) = shipped.distributions(tmp_path)
    with pytest.raises(KeyError, match=r"licences\.toml: what is the licence of one\?"):
        _ = one.licence


def test_each_licence_of_what_is_inside_has_its_text() -> None:
    for row in shipped.SAID["inside"]:
        assert set(row) - {"room"} == {"of", "name", "version", "licence", "copyright", "file", "sign"}, row
