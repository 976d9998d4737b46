# SPDX-License-Identifier: Apache-2.0
"""The ZIP of the story is one of 7-Zip, with the office's compression password, and holds its filing."""

import shutil
from pathlib import Path

import pytest
import pyzipper

from tests.story import filing_zip
from tests.story.people import FOUNDERS, OFFICE


def need_the_filing(zipped: Path) -> None:
    """One member of the right name, AES-256, that opens with the password and nothing else."""
    with pyzipper.AESZipFile(zipped) as opened:
        (inside,) = opened.infolist()
        assert inside.filename == f"{filing_zip.NAME}.pdf"
        assert inside.wz_aes_strength == 3
        with pytest.raises(RuntimeError):
            opened.read(inside)
        opened.setpassword(FOUNDERS[OFFICE].zip_password.encode())
        assert opened.read(inside) == filing_zip.FILING.read_bytes()


def test_the_committed_one() -> None:
    need_the_filing(filing_zip.COMMITTED)


@pytest.mark.lab
@pytest.mark.skipif(not shutil.which(filing_zip.PROGRAM), reason="7-Zip is not installed: `make apt`")
def test_a_fresh_one(tmp_path: Path) -> None:
    made = filing_zip.made(tmp_path)
    need_the_filing(made)
    assert list(tmp_path.iterdir()) == [made]


def test_without_the_program_it_is_the_committed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing_zip, "PROGRAM", "no-such-program")
    taken = filing_zip.taken(tmp_path)
    assert taken.name == f"{filing_zip.NAME}.zip"
    assert taken.read_bytes() == filing_zip.COMMITTED.read_bytes()
