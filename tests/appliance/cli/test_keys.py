# SPDX-License-Identifier: Apache-2.0
"""`renkei keys rotate`: everything opens with the new key, and a break anywhere loses nothing."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.cli import keys
from appliance.cli.failure import Failure
from appliance.host.durable import write_whole
from appliance.vault.keys import keyring, shreds
from appliance.vault.keys.keyring import DocumentKey
from appliance.vault.service import opened
from tests.appliance.cli.command import Installation, Ran, Serving
from tests.ready import ready_office

MONTH, DOCUMENT = "2033-06", "document"


@dataclass(frozen=True)
class Kept:
    """An installation with a document key that hangs on every kind of key."""

    made: Installation
    office: str
    key: DocumentKey

    @property
    def credentials(self) -> Path:
        """Where its secrets are."""
        return self.made.root / "credentials"

    @property
    def master(self) -> bytes:
        """The master key that is in place."""
        return (self.credentials / keys.MASTER).read_bytes()

    @property
    def others(self) -> set[str]:
        """The forms of the master key that a rotation has left."""
        return {path.name for path in self.credentials.glob("master.key.*")}

    def rotate(self) -> Ran:
        """Run the command."""
        return self.made.renkei("keys", "rotate")

    def opens(self) -> bool:
        """Whether the vault opens, and the document with it."""

        async def open_it() -> bytes:
            async with opened(self.made.settings, self.made.config) as vault:
                ring = vault.core.keyring
                return await ring.open_document_key(self.office, MONTH, DOCUMENT, self.key.wrapped)

        return asyncio.run(open_it()) == self.key.plain


@pytest.fixture
def kept(made: Installation) -> Kept:
    """One to rotate."""

    async def fill() -> Kept:
        async with opened(made.settings, made.config) as vault:
            office = await ready_office(vault.core, 1, "123456-0000001")
            return Kept(made, office, await vault.core.keyring.new_document_key(office, MONTH, DOCUMENT))

    return asyncio.run(fill())


def broken(*given: object) -> None:
    """What a crash does, as far as a test can."""
    raise Failure("broken off")


async def broken_later(*given: object) -> None:
    """The same, in a coroutine."""
    broken()


def test_everything_opens_with_the_new_key(kept: Kept) -> None:
    before = kept.master
    ran = kept.rotate()
    assert ran.code == 0 and "every key is wrapped by the new" in ran.out
    assert kept.master != before and len(kept.master) == 32
    assert (kept.credentials / keys.MASTER).stat().st_mode & 0o777 == 0o400
    assert kept.others == set()
    assert kept.opens()


def test_the_old_key_opens_nothing_any_more(kept: Kept) -> None:
    before = kept.master
    assert kept.rotate().code == 0
    write_whole(kept.credentials / keys.MASTER, before, 0o400)
    ran = kept.made.renkei("journal", "verify", "--offline")
    assert ran.code == 1 and ran.said.startswith("master.key: ")


def test_it_is_journaled_and_the_journal_stays_whole(kept: Kept) -> None:
    assert kept.rotate().code == 0
    with Serving(kept.made, "vault"):
        assert kept.made.kinds().count("keys.rotated") == 1
        assert kept.made.renkei("journal", "verify").code == 0


def test_it_can_be_done_again(kept: Kept) -> None:
    seen = {kept.master}
    for _ in range(2):
        assert kept.rotate().code == 0
        seen.add(kept.master)
    assert len(seen) == 3 and kept.opens()


@pytest.mark.parametrize(
    ("room", "name", "replacement", "left"),
    [
        (keys, "wrap_all", broken_later, {keys.NEW}),
        (shreds, "rotate_shreds", broken_later, {keys.NEW}),
        (keyring, "rotate_master", broken_later, {keys.NEW}),
        (keys, "put_in_place", broken, {keys.NEW}),
        (keys, "give", broken, {keys.NEW}),
        (keys, "journal", broken_later, {keys.OLD}),
    ],
)
def test_a_break_is_healed_by_the_same_command(
    kept: Kept, room: object, name: str, replacement: Callable[..., object], left: set[str]
) -> None:
    before = kept.master
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, name, replacement)
        assert kept.rotate().said == "broken off"
    assert kept.others == left
    new = kept.master if kept.others == {keys.OLD} else (kept.credentials / keys.NEW).read_bytes()
    assert new != before
    assert kept.rotate().code == 0
    assert kept.master == new and kept.others == set()
    assert kept.opens()


def test_a_break_after_the_old_key_was_kept(kept: Kept) -> None:
    """Both forms are there, and master.key is still the old one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "put_in_place", broken)
        assert kept.rotate().code == 1
    write_whole(kept.credentials / keys.OLD, kept.master, 0o400)
    assert kept.rotate().code == 0
    assert kept.others == set() and kept.opens()


def test_a_vault_that_is_half_rotated_does_not_start_and_says_why(kept: Kept) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keyring, "rotate_master", broken_later)
        assert kept.rotate().code == 1
    ran = kept.made.renkei("serve", "vault")
    assert ran.code == 1 and "finish the rotation with both" in ran.said


def test_a_wrong_master_key_changes_nothing(kept: Kept) -> None:
    right = kept.master
    write_whole(kept.credentials / keys.MASTER, b"x" * 32, 0o400)
    ran = kept.rotate()
    assert ran.code == 1 and ran.said.startswith("master.key: ")
    assert kept.others == set()
    write_whole(kept.credentials / keys.MASTER, right, 0o400)
    assert kept.opens()


def test_a_new_key_that_is_none(kept: Kept) -> None:
    write_whole(kept.credentials / keys.NEW, b"short", 0o400)
    ran = kept.rotate()
    assert ran.code == 1 and "32 bytes, not 5" in ran.said
    (kept.credentials / keys.NEW).unlink()
    assert kept.opens()


def test_it_is_refused_while_the_vault_runs(kept: Kept) -> None:
    with Serving(kept.made, "vault"):
        ran = kept.rotate()
        assert ran.code == 1 and "in use by another vault" in ran.said
    assert kept.others == set() and kept.opens()


def test_the_secrets_must_be_where_they_can_be_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(kept.credentials))
    assert kept.rotate().said.startswith("the new key must be kept")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    kept.made.replace(f'credentials = "{kept.credentials}"', 'credentials = ""')
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert kept.rotate().said.startswith("the new key must be kept")
