# SPDX-License-Identifier: Apache-2.0
"""The tests that docs/tunnels.md names as proof of what happens in each fault are there."""

import re

import pytest

from tests.architecture.tree import ROOT

_, _, FROM_HERE = (ROOT / "docs/tunnels.md").read_text("utf-8").partition("## Each fault, and what proves it")
PAGE, _, _ = FROM_HERE.partition("\n## ")
FILES = dict(re.findall(r"\| ([A-Z]) \| `([a-z_/]+\.py)`", PAGE))
PROOFS = re.findall(r"\b([A-Z]) `([a-z0-9_]+)`", PAGE)


def missing(letter: str, name: str) -> bool:
    """Whether that file has no such test."""
    return f"def test_{name}(" not in (ROOT / FILES[letter]).read_text("utf-8")


def test_each_proof_is_there_and_each_file_has_one() -> None:
    assert [proof for proof in PROOFS if missing(*proof)] == []
    assert {letter for letter, _ in PROOFS} == FILES.keys()


@pytest.mark.parametrize("letter", FILES)
def test_a_name_that_there_is_not_would_be_found(letter: str) -> None:
    assert missing(letter, "of_nothing_at_all")


def test_every_fault_has_a_proof() -> None:
    rows = PAGE.partition("| fault |")[2].strip().splitlines()[2:]
    assert rows and all(re.search(r"[A-Z] `[a-z0-9_]+`", row) for row in rows)
