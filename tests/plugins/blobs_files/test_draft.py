# SPDX-License-Identifier: Apache-2.0
"""A draft is invisible until published, and leaves nothing once discarded."""

import os
import threading
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


class TellingLock:
    """A lock that tells when somebody has to wait for it."""

    def __init__(self, awaited: threading.Event) -> None:
        self._lock = threading.Lock()
        self._awaited = awaited

    def __enter__(self) -> None:
        if self._lock.locked():
            self._awaited.set()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def test_a_write_ends_before_its_file_is_closed(
    draft: Draft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_or_is_done, write = threading.Event(), os.writev
    monkeypatch.setattr(draft, "_lock", TellingLock(waits_or_is_done))

    def discarding() -> None:
        draft.discard()
        waits_or_is_done.set()

    discard = threading.Thread(target=discarding)

    def slow(file: int, pieces: list[bytes]) -> int:
        discard.start()
        waits_or_is_done.wait()
        return write(file, pieces)

    monkeypatch.setattr(os, "writev", slow)
    draft.write([b"x"])
    discard.join()
    assert left(tmp_path) == []
