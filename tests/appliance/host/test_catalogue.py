# SPDX-License-Identifier: Apache-2.0
"""The list of plugins: what is there, and what becomes of it at the next start."""

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.config.settings import Settings
from appliance.host.blocked import write_blocked
from appliance.host.catalogue import Row, State, catalogue
from appliance.host.refused import StartRefused
from appliance.testing.hosting import place_file

HEAD = "from appliance.contracts.plugin import Plugin, hookimpl\nTIER = 'vault'\nVERSION = '3.1'\n"
JOBS = HEAD + "class Mine(Plugin):\n    @hookimpl\n    def register_jobs(self):\n        raise RuntimeError\n"
POLICY = JOBS.replace("register_jobs", "register_policy")


def rows(folder: Path, text: str = JOBS, **tables: Any) -> dict[str, Row]:
    place_file(folder, "mine", text)
    settings = Settings(state=str(folder), plugins_dir=str(folder / "plugins.d"), plugins=tables)
    return {row.name: row for row in catalogue(settings)}


def test_without_a_configuration_the_installed_ones_are_listed() -> None:
    found = {row.name: row for row in catalogue()}
    assert {"records_lmdb", "blobs_files", "policy_permissions"} <= set(found)
    row = found["policy_permissions"]
    assert (row.tier, row.families, row.state) == ("vault", ("policy",), State.INSTALLED)
    assert list(found) == sorted(found)


def test_a_row_is_json_with_the_five_words() -> None:
    row = json.loads(json.dumps([row.as_json() for row in catalogue()]))[0]
    assert {"name", "version", "tier", "families", "state"} <= set(row)
    assert row["state"] == "installed"


def test_the_families_of_a_file_are_found_without_making_it(tmp_path: Path) -> None:
    row = rows(tmp_path)["mine"]
    assert (row.version, row.tier, row.families, row.state) == ("3.1", "vault", ("jobs",), State.INSTALLED)


@pytest.mark.parametrize(
    ("text", "table", "state", "why"),
    [
        (JOBS, {}, State.CONFIGURED, ""),
        (JOBS, {"optional": True}, State.CONFIGURED, ""),
        (POLICY, {}, State.CONFIGURED, ""),
        (JOBS, {"depth": 1}, State.REFUSED, "unknown key `depth`"),
        (JOBS + "import nothing_of_this_name", {}, State.REFUSED, "does not import"),
        (JOBS + "import nothing_of_this_name", {"optional": True}, State.OPTIONAL_FAILED, "does not import"),
        (POLICY + "import nothing_of_this_name", {"optional": True}, State.REFUSED, "does not import"),
        (JOBS.replace("    @hookimpl\n", ""), {}, State.REFUSED, "lacks its decorator"),
    ],
)
def test_the_state_of_a_configured_plugin(
    tmp_path: Path, text: str, table: dict[str, Any], state: State, why: str
) -> None:
    row = rows(tmp_path, text, mine=table)["mine"]
    assert row.state is state
    assert why in row.why and bool(row.why) is bool(why)


def test_a_blocked_plugin_is_shown_as_blocked_or_as_what_it_stops(tmp_path: Path) -> None:
    write_blocked(tmp_path, frozenset({"mine"}))
    assert rows(tmp_path, JOBS, mine={})["mine"].state is State.BLOCKED
    assert rows(tmp_path, POLICY, mine={})["mine"].state is State.REFUSED


def test_a_table_without_a_plugin_is_shown(tmp_path: Path) -> None:
    row = rows(tmp_path, JOBS, mien={})["mien"]
    why = "it is configured and not installed; did you mean `mine`?"
    assert (row.state, row.why, row.tier) == (State.REFUSED, why, "")


def test_a_faulty_file_is_shown_even_if_nobody_wants_it(tmp_path: Path) -> None:
    row = rows(tmp_path, "nonsense (")["mine"]
    assert (row.state, row.families) == (State.REFUSED, ())


def test_an_unsafe_folder_is_refused(tmp_path: Path) -> None:
    rows(tmp_path)
    (tmp_path / "plugins.d").chmod(0o777)
    with pytest.raises(StartRefused, match="can be changed by others"):
        catalogue(Settings(plugins_dir=str(tmp_path / "plugins.d")))
