# SPDX-License-Identifier: Apache-2.0
"""What others made and the tests use: as it came, with its licence."""

import hashlib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUMS = {
    "axe-core/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    "axe-core/LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "axe-core/LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
}


@pytest.mark.parametrize(("name", "known"), SUMS.items())
def test_it_is_as_it_came(name: str, known: str) -> None:
    assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == known


def test_nothing_else_is_here_and_each_says_where_it_is_from() -> None:
    found = {str(path.relative_to(HERE)) for path in HERE.glob("*/*") if path.parent.name != "__pycache__"}
    readmes = {name for name in found if name.endswith("/README.md")}
    assert found - readmes == set(SUMS)
    assert {Path(name).parent.name for name in readmes} == {Path(name).parent.name for name in SUMS}


def test_the_version_is_the_one_that_is_told() -> None:
    version = (HERE / "axe-core" / "README.md").read_text().partition("\n")[0].removeprefix("# axe-core ")
    assert (HERE / "axe-core" / "axe.min.js").read_text("utf-8").startswith(f"/*! axe v{version}\n")
