# SPDX-License-Identifier: Apache-2.0
"""Own keys of the vault that are not whole, or of another fund: no start, and the name of the credential."""

from pathlib import Path

import pytest

from appliance.host.refused import StartRefused
from appliance.link import messages as m
from appliance.vault.service import verified
from tests.appliance.vault.place import Place

NAMES = ("master.key", "pepper.key", "journal.key")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.at(tmp_path)


def given(place: Place, name: str, secret: bytes) -> bytes:
    """Put another secret in the place of one; the one that was there."""
    file = place.root / "credentials" / name
    before = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(secret)
    file.chmod(0o400)
    return before


@pytest.mark.parametrize("secret", [b"", b"x" * 31, b"x" * 33, b"-----BEGIN PRIVATE KEY-----\n"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_key_that_is_not_whole_is_named(place: Place, name: str, secret: bytes) -> None:
    before = given(place, name, secret)
    with pytest.raises(StartRefused, match=rf"^{name}: a key has 32 bytes, not {len(secret)}: give "):
        async with place.running():
            pass
    given(place, name, before)
    async with place.running() as vault:
        assert (await vault.ask(m.AskStatus())).journal_size == 1


@pytest.mark.parametrize("name", ["master.key", "journal.key"])
async def test_a_key_of_another_fund_is_named_and_the_right_one_goes_on(place: Place, name: str) -> None:
    async with place.running() as vault:
        size = (await vault.ask(m.AskStatus())).journal_size
    before = given(place, name, b"x" * 32)
    with pytest.raises(StartRefused, match=rf"^{name}: .*: give the credential `{name}` that belongs to"):
        async with place.running():
            pass
    given(place, name, before)
    async with place.running() as vault:
        assert (await vault.ask(m.AskStatus())).journal_size > size
        assert (await vault.ask(m.VerifyJournal())).ok


async def test_a_journal_of_another_signer_can_be_looked_at_all_the_same(place: Place) -> None:
    async with place.running():
        pass
    given(place, "journal.key", b"x" * 32)
    verdict = await verified(place.settings, place.config, "")
    assert not verdict.ok
    assert "not signed with the key" in verdict.reason
