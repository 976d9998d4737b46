# SPDX-License-Identifier: Apache-2.0
"""`renkei store copy` and `renkei store reopen` on real installations, and everything that they refuse."""

import asyncio
import io
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import store
from appliance.cli.store import first_difference
from appliance.config.load import load
from appliance.contracts.blobs import BlobStoreFull
from appliance.contracts.records import StoreFull
from appliance.link.messages import AdmitStaff
from appliance.model.journal import Kind
from appliance.model.words import Role
from appliance.vault.copying import course
from appliance.vault.journal.leaf import NotALeaf
from appliance.vault.service import VaultService, opened
from tests.appliance.cli.command import Installation, Ran, Serving, renkei

VERIFY = ("journal", "verify", "--offline")


def elsewhere(made: Installation, **changed: str) -> Path:
    """A configuration like that of the installation, with other stores below the same state."""
    text = made.config.read_text("utf-8")
    for family in ("records", "blobs"):
        text = text.replace(f"/state/vault/{family}", f"/state/vault/{changed.get(family, f'new-{family}')}")
    new = made.root / "new.toml"
    new.write_text(text, "utf-8")
    return new


def copied(made: Installation, new: Path, *words: object) -> Ran:
    """Run the command."""
    return made.renkei("store", "copy", "--to", new, *words)


async def used(config: Path, work: Callable[[VaultService], Awaitable[Any]]) -> Any:
    """The result of work in a vault on this configuration."""
    async with opened(load(config), config) as vault:
        return await work(vault)


def at(made: Installation, config: Path) -> Installation:
    """The installation as another configuration has it."""
    config.replace(made.config)
    return made


def kinds(made: Installation) -> list[Kind]:
    """The kinds of all entries, oldest first; the last start is among them."""

    async def look(vault: VaultService) -> list[Kind]:
        found = await vault.core.read(lambda snapshot: vault.core.log.page(snapshot.view, limit=1000))
        return [one.entry.kind for one in reversed(found)]

    found: list[Kind] = asyncio.run(used(made.config, look))
    return found


def test_the_fund_is_in_the_new_stores(made: Installation) -> None:
    new = elsewhere(made)
    before = made.config.read_text("utf-8")
    ran = copied(made, new)
    assert ran.code == 0, ran.err
    lines = {line.partition(" ")[0]: line for line in ran.out.splitlines()}
    assert "all equal" in lines["rows"] and "3 entries, whole" in lines["journal"]
    assert f"mv {made.config} {made.config}.old && mv {new} {made.config}, and start the vault" in lines["next:"]
    assert "copying records: " in ran.err and "comparing records: " in ran.err
    assert made.config.read_text("utf-8") == before
    refused = made.renkei("serve", "vault")
    assert refused.code == 1
    assert f"the fund was moved from these stores to records_lmdb and blobs_files of {new} on" in refused.said
    assert Kind.STORE_COPIED in kinds(at(made, new))
    assert made.renkei(*VERIFY).code == 0


def test_for_programs(made: Installation) -> None:
    found = copied(made, elsewhere(made), "--json").json
    assert found.keys() == {"rows", "bytes", "blobs", "blob_bytes", "entries", "documents", "shredded"}
    assert found["rows"] > 10 and found["entries"] == 3


def test_the_new_configuration_may_be_named_from_where_one_stands(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(made)
    monkeypatch.chdir(made.root)
    ran = renkei("store", "copy", "--to", "new.toml", "--config", "config.toml")
    assert ran.code == 0 and f"mv {made.root}/new.toml" in ran.out


def test_records_may_move_alone(made: Installation) -> None:
    assert copied(made, elsewhere(made, blobs="blobs")).code == 0
    assert not (made.root / "state/vault/new-blobs").exists()


def test_what_was_made_is_its_owners(made: Installation, as_root: None) -> None:
    folder = made.root / "state" / "vault"
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 4321, 4321)
    assert copied(made, elsewhere(made)).code == 0
    assert {path.stat().st_uid for path in folder.rglob("*")} == {4321}
    assert stat.S_IMODE((folder / "new-records").stat().st_mode) == 0o700


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "れんけい企業年金基金"', 'name = "別の基金"', "`fund.name` is not what it is in"),
        ('address = "127.0.0.12"', 'address = "127.0.0.99"', "`sites.portal.address` is not"),
        ('/state"', '/other"', "`state` is not"),
        ("[plugins.policy_permissions]", "[plugins.policy_permissions]\nx = 1", "`plugins.policy_permissions.x`"),
        ("[vault]", "[documents.receipt]\noffered = false\n[vault]", "`documents.receipt` is not"),
        ("[vault]", "[vault]\nretention_years = 8", "`vault.retention_years` is not"),
        (
            "[plugins.records_lmdb]",
            "[plugins.records_lmbd]",
            "there is no table of a record store; write",
        ),
        ("[fund]", "[fund", "not TOML"),
    ],
)
def test_the_two_configurations_differ_in_their_stores_only(
    made: Installation, old: str, new: str, said: str
) -> None:
    file = elsewhere(made)
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    ran = copied(made, file)
    assert ran.code == 1 and said in ran.said
    assert not (made.root / "state/vault/new-records").exists()


def test_the_same_record_store_is_none_to_move_to(made: Installation) -> None:
    ran = copied(made, elsewhere(made, records="records"))
    assert ran.code == 1 and "has the record store of" in ran.said


def test_a_configuration_that_is_not_there(made: Installation) -> None:
    assert "none.toml: cannot be read" in copied(made, made.root / "none.toml").said


@pytest.mark.parametrize("words", [("store",), ("store", "copy"), ("store", "move")])
def test_words_that_are_none(words: tuple[str, ...]) -> None:
    assert renkei(*words).code == 2


def test_nothing_is_moved_under_a_running_vault(made: Installation) -> None:
    new = elsewhere(made)
    with Serving(made, "vault"):
        ran = copied(made, new)
        assert ran.code == 1
        assert ran.said.startswith("the present stores: config.toml: [plugins.records_lmdb]: ")
        assert "is in use by another vault: stop that one first" in ran.said
    assert not (made.root / "state/vault/new-records").exists()


def test_nothing_is_moved_to_where_a_vault_runs(made: Installation) -> None:
    (made.root / "other").mkdir()
    other = made.copied(made.root / "other")
    new = elsewhere(made)
    text = new.read_text("utf-8")
    new.write_text(text.replace("/state/vault/new-records", "/other/state/vault/records"), "utf-8")
    with Serving(other, "vault"):
        ran = copied(made, new)
    assert ran.code == 1
    assert ran.said.startswith("the new stores: new.toml: [plugins.records_lmdb]: ") and "in use" in ran.said


def test_a_target_that_was_used(made: Installation) -> None:
    new = elsewhere(made)
    assert copied(made, new).code == 0
    assert made.renkei("store", "reopen", "--yes").code == 0
    ran = copied(made, new)
    assert ran.code == 1 and ran.err.splitlines()[-1].startswith("renkei: the new record store is not empty")


# --- broken off ---------------------------------------------------------------------------------------------------


def test_stopped_by_the_keyboard_it_says_how_to_go_on(made: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    new = elsewhere(made)

    async def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(course, "compare_rows", stopped)
        ran = copied(made, new)
    assert ran.code == 130
    assert ran.err.splitlines()[-1] == "renkei: stopped; nothing is lost, and the same command goes on from there"
    refused = renkei("serve", "vault", "--config", new)
    assert refused.code == 1 and "these stores are an unfinished copy" in refused.said
    assert "unfinished copy" in renkei(*VERIFY, "--config", new).said
    assert made.renkei(*VERIFY).code == 0
    assert copied(made, new).code == 0
    assert kinds(at(made, new)).count(Kind.STORE_COPIED) == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreFull("the record store is full"), "the record store is full: give the store room"),
        (BlobStoreFull("no room for blob x"), "no room for blob x: give the store room"),
        (
            NotALeaf("Invalid enum value 'x'"),
            "an entry that this version cannot read (Invalid enum value 'x'): use",
        ),
    ],
)
def test_what_stops_a_copy_is_one_sentence(
    made: Installation, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    async def broken(*given: object) -> None:
        raise error

    monkeypatch.setattr(course, "compare_rows", broken)
    ran = copied(made, elsewhere(made))
    assert ran.code == 1 and said in ran.err.splitlines()[-1]


def test_a_damaged_journal_is_not_moved(made: Installation) -> None:
    (made.root / "state/vault/signed").write_text(f"99 {'0' * 64}\n")
    ran = copied(made, elsewhere(made))
    assert ran.code == 1 and "the present journal is not whole" in ran.err.splitlines()[-1]


# --- going back ---------------------------------------------------------------------------------------------------


def test_going_back_at_once_loses_nothing(made: Installation) -> None:
    new = elsewhere(made)
    assert copied(made, new).code == 0
    ran = made.renkei("store", "reopen", "--yes")
    assert ran.code == 0 and "take the fund over again" in ran.out
    assert kinds(made)[-2:] == [Kind.STORE_REOPENED, Kind.VAULT_STARTED]
    assert made.renkei(*VERIFY).code == 0


def test_going_back_after_the_new_ones_were_used_is_noticed_by_the_mark(made: Installation) -> None:
    new = elsewhere(made)
    assert copied(made, new).code == 0

    async def use(vault: VaultService) -> None:
        for number in range(1, 9):
            await vault.ask(AdmitStaff(f"staff{number}", "基金", "a@example.jp", Role.FUND_CLERK))

    asyncio.run(used(new, use))
    assert made.renkei("store", "reopen", "--yes").code == 0
    ran = made.renkei(*VERIFY)
    assert ran.code == 1 and "the mark beside the records is over" in ran.out


def test_nobody_goes_back_while_a_vault_still_writes_to_the_new_ones(made: Installation) -> None:
    new, old = elsewhere(made), made.root / "old.toml"
    assert copied(made, new).code == 0
    made.config.replace(old)
    with Serving(at(made, new), "vault"):
        ran = renkei("store", "reopen", "--yes", "--config", old)
    assert ran.code == 1 and ran.said.startswith("a vault runs (") and "stop it first" in ran.said
    assert renkei("store", "reopen", "--yes", "--config", old).code == 0


def test_the_name_of_an_old_configuration_is_not_given_twice(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    for name in ("config.toml.old", "config.toml.old1", "config.toml.old2"):
        assert store.free_name(config) == tmp_path / name
        (tmp_path / name).touch()


def test_it_asks_first(made: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    assert copied(made, elsewhere(made)).code == 0

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    ran = made.renkei("store", "reopen")
    assert ran.code == 2 and "it will be as if it had never been" in ran.said and "Say --yes" in ran.said
    for text, code in (("", 1), ("y\n", 1), ("yes\n", 0)):
        monkeypatch.setattr("sys.stdin", Typed(text))
        ran = made.renkei("store", "reopen")
        assert ran.code == code and 'Type "yes" to go back: ' in ran.err
    assert made.renkei("store", "reopen", "--yes").said.startswith("the fund was not moved from these stores")


@pytest.mark.parametrize(
    ("ours", "theirs", "key"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"c": 2}}}, "a.b.c"),
        ({"a": {"b": 1}}, {"a": {}}, "a.b"),
        ({"a": {}}, {"a": {"b": 1}}, "a.b"),
        ({"a": 1, "b": 2}, {"a": 2, "b": 3}, "a"),
        ({"a": {}}, {"a": 1}, "a"),
    ],
)
def test_the_first_difference(ours: Any, theirs: Any, key: str | None) -> None:
    assert first_difference(ours, theirs) == key


def test_what_is_said_of_what_is_lost_names_both(made: Installation) -> None:
    text = store.LOST.format(config="C", to="T")
    assert text.startswith("The fund was moved from the stores of C to T.") and "not signed" in text
