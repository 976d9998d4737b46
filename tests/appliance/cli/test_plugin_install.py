# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin install` and `remove`: journaled, as a whole, and torn at any step without half a plugin."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import plugin_install
from appliance.host.approvals import Approvals, folder_of, read_approvals, write_approvals
from appliance.host.present import trusted_owners
from tests.appliance.cli.command import Installation, Ran, Serving
from tests.appliance.host.wheels import JOB, POLICY, approve, tampered, write_wheel

FILE = f'TIER = "vault"\n{JOB}'


class Asked:
    """A vault that is there, or not."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.lists: list[Approvals | None] = []
        self.is_away = False
        self.made: Installation

    def __call__(self, config: Path, message: object, *, is_offline: bool = False) -> None:
        if self.is_away:
            raise OSError("away")
        self.messages.append(message)
        self.lists.append(approvals(self.made))


@pytest.fixture
def asked(made: Installation, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the vault is asked, without one."""
    vault = Asked()
    vault.made = made
    monkeypatch.setattr(plugin_install, "ask", vault)
    return vault


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Path]:
    """Where wheels are built."""
    yield tmp_path


def state(made: Installation) -> Path:
    """The installation's state."""
    return Path(made.settings.state)


def approvals(made: Installation) -> Approvals | None:
    """Its list."""
    return read_approvals(state(made), trusted_owners(made.config))


def installed(made: Installation, *words: object) -> Ran:
    """Install, and see that it worked."""
    ran = made.renkei("plugin", "install", *words)
    assert ran.code == 0, ran.err
    return ran


def listed(made: Installation) -> list[dict[str, str]]:
    """What `renkei plugin list` says, in a process that has imported none of them, as each command is."""
    sys.path[:] = [path for path in sys.path if "/plugins/site/" not in path]
    for name in [name for name in sys.modules if name.startswith("renkei_cli_")]:
        del sys.modules[name]
    found: list[dict[str, str]] = made.renkei("plugin", "list", "--json").json
    return found


def rows(made: Installation) -> dict[str, str]:
    """The states of all plugins."""
    return {row["name"]: row["state"] for row in listed(made)}


def versions(made: Installation) -> dict[str, str]:
    """Their versions."""
    return {row["name"]: row["version"] for row in listed(made)}


def test_a_wheel_comes_is_configured_and_goes(made: Installation, asked: Asked, built: Path) -> None:
    path = write_wheel(built, "cli_wheel")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert installed(made, path).out.splitlines() == [
        f"installed renkei-cli-wheel 1.0 sha256:{digest}",
        f"next: write the table [plugins.cli_wheel] into {made.config}",
        "next: renkei check",
        "next: restart vault",
    ]
    assert rows(made)["cli_wheel"] == "installed"
    with made.config.open("a") as config:
        config.write("\n[plugins.cli_wheel]\noptional = true\n")
    assert rows(made)["cli_wheel"] == "configured"
    assert "write the table" not in installed(made, path).out
    assert "take the table out first" in made.renkei("plugin", "remove", "cli_wheel").said
    made.replace("\n[plugins.cli_wheel]\noptional = true\n", "")
    assert made.renkei("plugin", "remove", "cli_wheel").out == "removed renkei-cli-wheel\n"
    assert "cli_wheel" not in rows(made)
    assert not any(path.is_file() for path in (folder_of(state(made)) / "site").rglob("*"))
    told = [(one.name, one.version, one.sha256, one.approved) for one in asked.messages]
    assert told == [("renkei-cli-wheel", "1.0", digest, approved) for approved in (True, True, False)]


def test_it_is_journaled_before_it_counts(made: Installation, asked: Asked, built: Path) -> None:
    installed(made, write_wheel(built, "cli_first"))
    assert asked.lists == [None]
    asked.is_away = True
    assert made.renkei("plugin", "install", write_wheel(built, "cli_first", version="2.0")).code == 1
    assert made.renkei("plugin", "remove", "cli_first").code == 1
    [one] = (approvals(made) or Approvals()).distributions
    assert one.version == "1.0" and rows(made)["cli_first"] == "installed"


def test_offline_it_counts_first_and_is_taken_back(made: Installation, asked: Asked, built: Path) -> None:
    place = made.root / "plugins.d" / "cli_offline.py"
    source = built / "cli_offline.py"
    source.write_text(FILE)
    installed(made, write_wheel(built, "cli_off"), source, "--offline")
    assert [bool(list_ and list_.distributions and list_.files) for list_ in asked.lists] == [True, True]
    asked.is_away = True
    before = approvals(made)
    source.write_text(FILE + "# newer\n")
    assert made.renkei("plugin", "install", write_wheel(built, "cli_other"), source, "--offline").code == 1
    assert approvals(made) == before and place.read_text() == FILE
    assert made.renkei("plugin", "remove", "cli_offline", "--offline").code == 1
    assert approvals(made) == before and place.read_text() == FILE


def test_offline_a_vault_that_started_meanwhile_journals_it(made: Installation, built: Path) -> None:
    path = write_wheel(built, "cli_meanwhile")
    with Serving(made, "vault"):
        assert made.renkei("plugin", "install", path, "--offline").code == 0
        assert made.kinds().count("plugin.approved") == 1
    assert rows(made)["cli_meanwhile"] == "installed"


def test_offline_one_that_lets_no_vault_start_is_taken_back(made: Installation, built: Path) -> None:
    path = write_wheel(built, "cli_broken", text=f"1 / 0\n{POLICY}")
    made.config.write_text(made.config.read_text() + "\n[plugins.cli_broken]\n")
    assert "ZeroDivisionError" in made.renkei("plugin", "install", path, "--offline").said
    assert approvals(made) in (None, Approvals())


def test_a_file_that_is_exchanged_meanwhile_is_not_what_is_kept(
    made: Installation, asked: Asked, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wheel(built, "changes")
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()

    def exchanged(*given: object) -> None:
        path.write_bytes(b"another")

    monkeypatch.setattr(plugin_install, "_refuse_unfit", exchanged)
    assert made.renkei("plugin", "install", path).code == 0
    kept = folder_of(state(made)) / "wheels" / path.name
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == wanted == asked.messages[0].sha256


def test_a_newer_wheel_replaces_the_older_one(made: Installation, asked: Asked, built: Path) -> None:
    for version in ("1.0", "2.0", "3.0"):
        installed(made, write_wheel(built, "cli_newer", version=version))
        assert versions(made)["cli_newer"] == version
    folders = list((folder_of(state(made)) / "site" / "renkei-cli-newer").iterdir())
    assert len(folders) == 2  # what runs still uses the version before, until the next install


def test_a_single_file_comes_changes_and_goes(made: Installation, asked: Asked, built: Path) -> None:
    source = built / "cli_file.py"
    source.write_text(FILE)
    installed(made, source)
    place = made.root / "plugins.d" / "cli_file.py"
    assert place.read_text() == FILE and place.stat().st_mode & 0o777 == 0o644
    assert rows(made)["cli_file"] == "installed"
    place.write_text(FILE + "# changed by hand\n")
    assert rows(made)["cli_file"] == "refused"
    installed(made, place)
    assert rows(made)["cli_file"] == "installed"
    assert made.renkei("plugin", "remove", "cli_file").out == "removed cli_file\n"
    assert not place.exists() and "cli_file" not in rows(made)


def test_with_the_first_list_what_ran_until_now_is_approved(made: Installation, asked: Asked, built: Path) -> None:
    before = made.root / "plugins.d" / "cli_before.py"
    before.write_text(FILE)
    before.chmod(0o644)
    installed(made, write_wheel(built, "cli_after"))
    assert rows(made)["cli_before"] == "installed"
    assert {one.name for one in asked.messages} == {"renkei-cli-after", "cli_before"}
    later = made.root / "plugins.d" / "cli_later.py"
    later.write_text(FILE)
    later.chmod(0o644)
    installed(made, write_wheel(built, "cli_then"))
    assert rows(made)["cli_later"] == "refused"


def by_hand(made: Installation, *names: str) -> None:
    """Single files as somebody puts them there, before there is any list."""
    for name in names:
        file = made.root / "plugins.d" / f"{name}.py"
        file.write_text(FILE)
        file.chmod(0o644)


def test_removing_one_before_there_is_a_list_leaves_the_others_running(made: Installation, asked: Asked) -> None:
    by_hand(made, "cli_goes", "cli_stays")
    assert made.renkei("plugin", "remove", "cli_goes").out == "removed cli_goes\n"
    assert rows(made)["cli_stays"] == "installed" and "cli_goes" not in rows(made)
    assert {(one.name, one.approved) for one in asked.messages} == {("cli_goes", False), ("cli_stays", True)}


def test_what_is_taken_back_before_there_was_a_list_leaves_none(
    made: Installation, asked: Asked, built: Path
) -> None:
    by_hand(made, "cli_hand")
    asked.is_away = True
    assert made.renkei("plugin", "install", write_wheel(built, "cli_back"), "--offline").code == 1
    assert made.renkei("plugin", "remove", "cli_hand", "--offline").code == 1
    assert approvals(made) is None and rows(made)["cli_hand"] == "installed"


@pytest.mark.parametrize("name", ["..", "../plugins.d/cli_other", "cli_other/../cli_other"])
def test_a_name_that_leads_elsewhere_removes_nothing(made: Installation, asked: Asked, name: str) -> None:
    by_hand(made, "cli_other")
    assert made.renkei("plugin", "remove", name).code == 1
    assert rows(made)["cli_other"] == "installed" and asked.messages == []


@pytest.mark.parametrize("name", ["Lunch.py", "lunch-break.py", "lunch.txt", "lunch"])
def test_what_is_neither_wheel_nor_plugin(made: Installation, asked: Asked, built: Path, name: str) -> None:
    (built / name).write_text(FILE)
    assert "neither a wheel nor a single file" in made.renkei("plugin", "install", built / name).said


def test_a_file_that_does_not_say_where_it_runs_or_is_no_python(
    made: Installation, asked: Asked, built: Path
) -> None:
    for text, said in ((JOB, "does not say where it runs"), ("def", "does not import: SyntaxError")):
        (built / "cli_odd.py").write_text(text)
        assert said in made.renkei("plugin", "install", built / "cli_odd.py").said


def test_nothing_of_a_bad_batch_is_installed(made: Installation, asked: Asked, built: Path) -> None:
    good = write_wheel(built, "cli_good")
    bad = tampered(write_wheel(built, "cli_bad"), lambda files: files.update({"renkei_cli_bad/__init__.py": b""}))
    assert "has a wrong hash" in made.renkei("plugin", "install", good, bad).said
    assert approvals(made) is None and asked.messages == []


def test_two_plugins_of_one_name_are_refused(made: Installation, asked: Asked, built: Path) -> None:
    source = built / "cli_same.py"
    source.write_text(FILE)
    wheel = write_wheel(built, "cli_same")
    assert "there is a plugin `cli_same`" in made.renkei("plugin", "install", wheel, source).said
    installed(made, wheel)
    assert "there is a plugin `cli_same`" in made.renkei("plugin", "install", source).said
    theirs = built / "policy_permissions.py"
    theirs.write_text(FILE)
    assert "there is a plugin `policy_permissions`" in made.renkei("plugin", "install", theirs).said
    installed(made, write_wheel(built, "cli_same", version="2.0"))


def test_what_another_needs_stays(made: Installation, asked: Asked, built: Path) -> None:
    library = write_wheel(built, "cli_library", group="other")
    user = write_wheel(built, "cli_user", requires=("renkei-cli-library",))
    assert "name the wheel of renkei-cli-library" in made.renkei("plugin", "install", user).said
    installed(made, user, library)
    assert "renkei-cli-user needs renkei-cli-library" in made.renkei("plugin", "remove", "renkei-cli-library").said
    assert "next: write the table [plugins.cli_user]" in installed(made, library).out
    assert made.renkei("plugin", "remove", "cli_user").code == 0
    assert made.renkei("plugin", "remove", "renkei-cli-library").code == 0


def test_what_is_not_there_cannot_be_removed(made: Installation, asked: Asked) -> None:
    assert (
        "nothing of the fund's own is called records_lmdb" in made.renkei("plugin", "remove", "records_lmdb").said
    )


class Killed(BaseException):
    """As if the power had gone."""


WRITES = 24


@pytest.mark.parametrize("after", range(0, WRITES, 4))
def test_an_upgrade_that_is_torn_leaves_the_old_or_the_new(
    made: Installation, asked: Asked, built: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    source = built / "cli_torn_file.py"
    source.write_text(FILE)
    installed(made, write_wheel(built, "cli_torn"), source)
    source.write_text(FILE.replace('"{version}"', '"2.0"'))
    newer = write_wheel(built, "cli_torn", version="2.0")
    left = iter(range(after))
    real = os.fsync

    def torn(handle: int) -> None:
        if next(left, None) is None:
            raise Killed
        real(handle)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("appliance.host.durable.os.fsync", torn)
        plugin_install.install(made.config, [newer, source], allow_native=False, is_offline=False)
        raise Killed
    assert {rows(made)[name] for name in ("cli_torn", "cli_torn_file")} == {"installed"}
    installed(made, newer, source)
    after_all = versions(made)
    assert (after_all["cli_torn"], after_all["cli_torn_file"]) == ("2.0", "2.0")


def test_a_running_vault_journals_and_the_next_one_runs_it(made: Installation, built: Path) -> None:
    with Serving(made, "vault"):
        assert made.renkei("plugin", "install", write_wheel(built, "cli_real")).code == 0
        assert made.kinds().count("plugin.approved") == 1
    with made.config.open("a") as config:
        config.write("\n[plugins.cli_real]\noptional = true\n")
    with Serving(made, "vault"):
        made.replace("\n[plugins.cli_real]\noptional = true\n", "")
        assert made.renkei("plugin", "remove", "cli_real").code == 0
        assert made.kinds().count("plugin.removed") == 1


def test_without_a_vault_it_says_so_and_offline_it_is_journaled(made: Installation, built: Path) -> None:
    path = write_wheel(built, "cli_alone")
    assert "the vault does not answer" in made.renkei("plugin", "install", path).said
    assert approvals(made) is None
    installed(made, path, "--offline")
    with Serving(made, "vault"):
        assert made.kinds().count("plugin.approved") == 1


def test_a_list_made_by_hand_is_the_same_as_an_installed_one(made: Installation, asked: Asked, built: Path) -> None:
    path = write_wheel(built, "cli_same_list")
    write_approvals_of = approve(state(made), path)
    installed(made, path)
    assert (approvals(made) or Approvals()).distributions == write_approvals_of.distributions
    write_approvals(state(made), Approvals())
    assert "cli_same_list" not in rows(made)
