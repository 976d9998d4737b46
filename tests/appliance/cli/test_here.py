# SPDX-License-Identifier: Apache-2.0
"""Hosts with some tiers only: what they can do they do, and the rest is said in one sentence."""

import json
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.cli.failure import Failure
from appliance.cli.here import absence, is_here, need, sites_here
from appliance.config.settings import Settings, Sites, SiteSettings
from appliance.model.words import WEB_SITES, Site, Tier
from tests.architecture.tree import ROOT

ROOMS = tomllib.loads((ROOT / "packaging" / "rooms.toml").read_text("utf-8"))
SAY = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from appliance.cli.main import main
for words in json.loads(sys.argv[2]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""
EDGE = """
credentials = "{folder}"
run = "{folder}/run"
[sites.public]
address = "0.0.0.0"
hosts = ["download.fund.example.jp"]
certificate = "{folder}/public.pem"
"""


@dataclass
class Host:
    """A host with some of our packages."""

    folder: Path

    def say(self, *commands: str) -> list[tuple[int, str, str]]:
        """Exit code and both outputs of each command."""
        lines = json.dumps([command.split() for command in commands])
        done = subprocess.run(
            [sys.executable, "-I", "-c", SAY, self.folder, lines], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def host(folder: Path, *packages: str) -> Host:
    """One with these packages, and what they all need."""
    for package in ("renkei-common", *packages):
        for room in ROOMS[package]["ours"]:
            if (ROOT / room).exists():
                target = folder / room.rstrip("/")
                target.parent.mkdir(exist_ok=True)
                target.symlink_to((ROOT / room).absolute())
    return Host(folder)


@pytest.fixture
def edge(tmp_path: Path) -> Host:
    """One with the sites alone, of which the public one is its own."""
    (tmp_path / "config.toml").write_text(EDGE.format(folder=tmp_path), "utf-8")
    return host(tmp_path, "renkei-web")


def test_what_needs_the_vault_is_refused_with_the_place_where_to_say_it(edge: Host) -> None:
    config = f"--config {edge.folder}/config.toml"
    words = ("status", "locks list", "keys rotate", "journal verify --offline", "store reopen", "serve vault")
    for words_said, (code, out, err) in zip(words, edge.say(*(f"{config} {one}" for one in words)), strict=True):
        assert (code, out) == (1, ""), words_said
        assert err == "renkei: this host has no vault; say this where renkei-vault is installed\n"


def test_nothing_is_made_where_there_is_no_vault_to_make_it_for(edge: Host) -> None:
    [(code, _, err)] = edge.say(f"init --root {edge.folder}/made --demo --json")
    assert code == 1 and err.startswith("renkei: this host has no vault")
    assert not (edge.folder / "made").exists()


def test_only_the_sites_of_the_host_are_checked_and_looked_at(edge: Host) -> None:
    config = f"--config {edge.folder}/config.toml"
    (checked, found, _), (_, report, _) = edge.say(f"{config} check", f"{config} doctor --json")
    lines = found.splitlines()
    assert checked == 1 and len(lines) == 3, found
    assert lines[0].startswith("sites.public.certificate: there is no file ")
    assert "tls-public.key: this credential is missing" in lines[1]
    findings = json.loads(report)["findings"]
    assert [one["which"] for one in findings if one["about"] == "site"] == ["public"]
    [vault] = [one for one in findings if one["about"] == "vault"]
    assert (vault["light"], vault["cause"]) == ("unknown", "the vault is not on this host")


def test_a_vault_needs_neither_gate_nor_sites_on_its_host(tmp_path: Path) -> None:
    alone = host(tmp_path, "renkei-vault")
    root = tmp_path / "made"
    (made, out, _), (checked, said, _), (served, _, err) = alone.say(
        f"init --root {root} --port 8443 --json",
        f"--config {root}/config.toml check",
        f"--config {root}/config.toml serve web portal",
    )
    assert made == 0 and json.loads(out)["login"] == "admin"
    assert (checked, said.splitlines()[-1]) == (0, f"{root}/config.toml: ok")
    assert served == 1 and err == "renkei: this host has no sites; say this where renkei-web is installed\n"
    shutil.rmtree(root)


def test_here_is_everything() -> None:
    for tier in Tier:
        assert is_here(tier)
        need(tier)


def test_an_error_that_means_something_else_stays_what_it_is() -> None:
    assert absence(ModuleNotFoundError("no", name="appliance.nothing")) is None
    assert absence(ModuleNotFoundError("no", name="lmdb")) is None
    assert absence(ValueError("no")) is None
    assert isinstance(absence(ModuleNotFoundError("no", name="appliance.gate")), Failure)


def test_the_sites_of_a_host_are_those_that_its_configuration_tells_of() -> None:
    assert sites_here(Settings()) == WEB_SITES
    told = Sites(portal=SiteSettings(address="192.0.2.10"))
    assert sites_here(Settings(sites=told)) == told.told == (Site.PORTAL,)
