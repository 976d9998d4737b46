# SPDX-License-Identifier: Apache-2.0
"""docs/journal.md names every kind of entry and every key of a leaf, and no others; no kind ever goes."""

import re
from pathlib import Path

from appliance.model.journal import Kind
from appliance.vault.journal.leaf import Shape

KINDS = Path(__file__).with_name("journal_kinds.txt")
PAGE = (Path(__file__).parents[2] / "docs" / "journal.md").read_text("utf-8")


def table(heading: str) -> dict[str, str]:
    """First column → the rest, of the first table below a heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    assert len(rows) == len({name for name, _ in rows}), "a row stands twice"
    return dict(rows)


def test_every_kind_has_one_row_and_every_row_a_kind() -> None:
    catalogue = table("Catalogue")
    assert sorted(catalogue) == sorted(kind.value for kind in Kind)
    assert all(len(when) >= 15 for when in catalogue.values())


def test_the_rows_stand_in_the_order_of_the_kinds() -> None:
    assert list(table("Catalogue")) == [kind.value for kind in Kind]


def test_every_key_of_a_leaf_is_explained() -> None:
    assert list(table("An entry")) == sorted(Shape.__struct_fields__)


def frozen() -> list[str]:
    """The kinds that journals may hold. Lines are added at the end, none is ever changed or removed."""
    return [line for line in KINDS.read_text("ascii").splitlines() if line and not line.startswith("#")]


def test_a_kind_that_journals_may_hold_never_goes() -> None:
    gone = set(frozen()) - {kind.value for kind in Kind}
    assert not gone, (
        "an entry that nobody can read makes a whole journal unreadable: keep the kind, write it no more"
    )


def test_a_new_kind_is_frozen_with_its_first_release() -> None:
    assert len(set(frozen())) == len(frozen())
    assert {kind.value for kind in Kind} - set(frozen()) == set(), f"add it to the end of {KINDS.name}"
