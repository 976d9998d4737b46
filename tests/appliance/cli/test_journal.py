# SPDX-License-Identifier: Apache-2.0
"""The journal by the command: exported, verified live, offline and as a bundle."""

import io
import json
from pathlib import Path

import lmdb
import pytest

from appliance.cli.journal import UNSIGNED, in_json, in_words
from appliance.link.messages import JournalVerdict
from tests.appliance.cli.command import Installation, renkei

KEYS = ["entries", "root", "ok", "first_bad"]


@pytest.fixture(scope="module")
def bundle(running: Installation) -> Path:
    """The journal of the vault that runs."""
    file = running.root / "journal.bundle"
    ran = running.renkei("journal", "export", file)
    assert (ran.code, ran.out) == (0, f"written: {file}\n")
    return file


def latest(bundle: Path) -> str:
    """The newest checkpoint of a bundle."""
    return bundle.read_text("utf-8").rpartition("\n\nrenkei-gateway/")[2].join(["renkei-gateway/", ""])


def test_the_running_journal_proves_itself(running: Installation) -> None:
    ran = running.renkei("journal", "verify", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == KEYS
    assert ran.json["ok"] is True and ran.json["first_bad"] is None and ran.json["entries"] > 0
    assert running.renkei("journal", "verify").out.startswith("ok: ")


def test_the_journal_of_a_stopped_vault(made: Installation) -> None:
    first = made.renkei("journal", "verify", "--offline", "--json")
    assert first.code == 0 and list(first.json) == KEYS
    again = made.renkei("journal", "verify", "--offline", "--json")
    assert again.json["entries"] > first.json["entries"] and again.json["root"] != first.json["root"]


def test_the_journal_of_a_vault_that_cannot_start(made: Installation) -> None:
    """The word that names the first bad entry needs no vault that is well."""
    folder = made.root / "state" / "vault" / "records"
    with lmdb.open(str(folder), map_size=1 << 30) as store, store.begin(write=True) as txn:
        assert txn.delete(b"j/h")
    assert made.renkei("serve", "vault").said.startswith("the records are damaged: ")
    ran = made.renkei("journal", "verify", "--offline", "--json")
    assert ran.code == 1 and ran.json["ok"] is False and ran.json["first_bad"] == 0


def test_a_bundle_needs_neither_configuration_nor_service(bundle: Path, sown: Installation) -> None:
    ran = renkei("journal", "verify", bundle, "--key", sown.verifier, "--json", "--config", "/nowhere")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == KEYS and ran.json["ok"] is True


def test_a_bundle_without_a_key_only_fits_itself(bundle: Path) -> None:
    ran = renkei("journal", "verify", bundle, "--json")
    assert ran.code == 0 and ran.json["ok"] is True
    assert ran.said == UNSIGNED


def test_the_key_of_another_fund(bundle: Path, folder: Path) -> None:
    made = renkei("init", "--root", folder, "--demo", "--port", 8443, "--json").json
    ran = renkei("journal", "verify", bundle, "--key", made["verifier"], "--json")
    assert ran.code == 1 and ran.json["ok"] is False
    assert "another key" in ran.json["reason"]


def test_a_changed_bundle(bundle: Path, sown: Installation, tmp_path: Path) -> None:
    lines = bundle.read_text("utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace('"result":"done"', '"result":"refused"')
    (tmp_path / "changed").write_text("".join(lines), "utf-8")
    ran = renkei("journal", "verify", tmp_path / "changed", "--key", sown.verifier, "--json")
    assert ran.code == 1
    assert [ran.json[key] for key in ("ok", "first_bad")] == [False, 1]
    shown = renkei("journal", "verify", tmp_path / "changed", "--key", sown.verifier)
    assert shown.code == 1 and shown.out.startswith("NOT WHOLE at entry 1: ")


def test_against_a_checkpoint_from_elsewhere(running: Installation, bundle: Path, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text(latest(bundle), "utf-8")
    assert running.renkei("journal", "verify", "--against", kept).code == 0
    assert running.renkei("journal", "verify", bundle, "--against", kept, "--key", running.verifier).code == 0


def test_against_a_checkpoint_of_a_journal_that_was_replaced(
    running: Installation, made: Installation, tmp_path: Path, bundle: Path
) -> None:
    """The copy has the same key and its own history; only what left the appliance tells them apart."""
    kept = tmp_path / "checkpoint"
    kept.write_text(latest(bundle), "utf-8")
    ran = made.renkei("journal", "verify", "--offline", "--against", kept, "--json")
    assert ran.code == 1 and ran.json["ok"] is False


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nonsense\n", b"", b"renkei-gateway/123456\n1\nAA==\n\n"])
def test_a_file_that_is_no_checkpoint(bundle: Path, tmp_path: Path, content: bytes) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_bytes(content)
    ran = renkei("journal", "verify", bundle, "--against", kept)
    assert ran.code == 1 and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"renkei-journal-bundle 1\n", b"renkei-journal-bundle 2\n"]
)
def test_a_file_that_is_no_bundle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bundle").write_bytes(content)
    ran = renkei("journal", "verify", tmp_path / "bundle", "--json")
    assert ran.code == 1 and ran.json["ok"] is False


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("verify", "missing"), 1, "missing: No such file or directory"),
        (("verify", "/"), 1, "/: Is a directory"),
        (("verify", "{bundle}", "--against", "missing"), 1, "missing: No such file or directory"),
        (("verify", "{bundle}", "--offline"), 2, "--offline is for the journal of this appliance"),
        (("verify", "--key", "x"), 2, "--key is for a bundle"),
        (("export", "/nowhere/bundle"), 1, "/nowhere/bundle.part: No such file or directory"),
    ],
)
def test_what_cannot_be_done(
    running: Installation, bundle: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = running.renkei("journal", *(word.format(bundle=bundle) for word in words))
    assert ran.code == code and ran.said.startswith(said)


def test_an_export_is_for_its_owner_and_follows_nobodys_link(running: Installation, tmp_path: Path) -> None:
    file, precious = tmp_path / "bundle", tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "bundle.part").symlink_to(precious)
    assert running.renkei("journal", "export", file).code == 0
    assert precious.read_text() == "mine"
    assert not file.is_symlink() and file.stat().st_mode & 0o777 == 0o600
    assert sorted(found.name for found in tmp_path.iterdir()) == ["bundle", "precious"]


def test_an_export_that_fails_leaves_the_old_bundle(sown: Installation, tmp_path: Path) -> None:
    file = tmp_path / "bundle"
    file.write_text("the old one")
    assert sown.renkei("journal", "export", file).code == 1
    assert [found.name for found in tmp_path.iterdir()] == ["bundle"]
    assert file.read_text() == "the old one"


def test_the_words_of_a_verdict() -> None:
    assert in_words(JournalVerdict(3, "r", True, None)) == "ok: 3 entries, root r"
    assert in_words(JournalVerdict(3, "r", False, 2, "why")) == "NOT WHOLE at entry 2: why"
    assert in_words(JournalVerdict(3, "r", False, None, "why")) == "NOT WHOLE: why"
    assert list(json.load(io.StringIO(in_json(JournalVerdict(3, "r", True, None))))) == KEYS
