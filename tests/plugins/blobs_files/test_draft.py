# SPDX-License-Identifier: Apache-2.0
"""A draft is invisible until published, and leaves nothing once discarded."""

from pathlib import Path

import pytest
from renkei_blobs_files.draft import Draft

AT = 1_700_000_000_000_000_000


@pytest.fixture
def final(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "final"


@pytest.fixture
def draft(tmp_path: Path, final: Path) -> Draft:
    final.parent.mkdir()
    return Draft(tmp_path / "unfinished", final)


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def test_published_is_complete(draft: Draft, final: Path, tmp_path: Path) -> None:
    draft.write([b"one", b"", b"two"])
    assert left(tmp_path) == ["unfinished"]
    assert draft.publish([b"three"], AT) == 11
    assert final.read_bytes() == b"onetwothree"
    assert final.stat().st_mtime_ns == AT
    assert left(tmp_path) == ["final"]


def test_nothing_at_all_is_a_blob_too(draft: Draft, final: Path) -> None:
    assert draft.publish([], AT) == 0
    assert final.read_bytes() == b""


def test_a_taken_name_stays_as_it_is(draft: Draft, final: Path, tmp_path: Path) -> None:
    final.write_bytes(b"first")
    with pytest.raises(FileExistsError):
        draft.publish([b"second"], AT)
    draft.discard()
    assert final.read_bytes() == b"first"
    assert left(tmp_path) == ["final"]


@pytest.mark.parametrize("steps", ["", "w", "wp", "p"])
def test_discarded_leaves_nothing(draft: Draft, tmp_path: Path, steps: str) -> None:
    for step in steps:
        if step == "w":
            draft.write([b"x"])
        else:
            draft.publish([b"y"], AT)
    draft.discard()
    assert left(tmp_path) == []


def test_after_a_discard_nothing_is_written(draft: Draft, tmp_path: Path) -> None:
    draft.discard()
    with pytest.raises(OSError, match="given up"):
        draft.write([b"late"])
    with pytest.raises(OSError, match="given up"):
        draft.publish([b"late"], AT)
    assert left(tmp_path) == []


def test_an_unfinished_file_of_this_name_is_not_taken_over(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "unfinished").write_bytes(b"somebody else's")
    with pytest.raises(FileExistsError):
        draft.write([b"x"])
