# SPDX-License-Identifier: Apache-2.0
"""The VPN engine that `renkei init` is told of: its tables, its secret, and where the portal then is."""

import argparse
import base64
import tomllib
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import answers, engines
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.init import config_text
from appliance.cli.places import Places
from appliance.cli.secret_files import SecretFiles
from tests.appliance.cli.command import renkei

ADDRESS = "203.0.113.9"


def settled(*words: str, demo: bool = True) -> argparse.Namespace:
    """What init has to go by."""
    parser = argparse.ArgumentParser()
    answers.arguments(parser)
    given = parser.parse_args(words)
    given.demo, given.json, given.root = demo, True, Path("/there")
    answers.settle(given)
    engines.settle(given)
    return given


def written(given: argparse.Namespace) -> dict[str, Any]:
    """The configuration."""
    return tomllib.loads(config_text(given, Places.below(Path("/there")), ""))


def test_without_an_engine_nobody_needs_a_tunnel() -> None:
    config = written(settled())
    assert "tunnels" not in config and config["sites"]["portal"]["address"] == "127.0.0.12"
    assert [name for name in config["plugins"] if name.startswith("tunnel_")] == []


@pytest.mark.parametrize("engine", ["softether", "wireguard"])
def test_with_an_engine_the_portal_is_inside_it(engine: str) -> None:
    config = written(settled("--engine", engine, "--engine-address", ADDRESS, "--port", "444"))
    assert config["tunnels"] == {"portal": "required"}
    assert config["sites"]["portal"]["address"] == "10.0.0.10"
    assert config["fund"]["portal_url"] == "https://10.0.0.10:444/"
    assert (config["gate"]["portal"], config["gate"]["ports"]) == ("10.0.0.10", [444])
    assert config["plugins"][f"tunnel_{engine}"]["dial"] == ADDRESS


def test_pcs_connect_to_a_name_where_there_is_one() -> None:
    words = ("--engine", "softether", "--engine-address", ADDRESS, "--engine-name", "vpn.example.jp")
    table = written(settled(*words, "--portal", "10.0.0.12"))["plugins"]["tunnel_softether"]
    assert (table["dial"], table["listen"], table["portal"]) == ("vpn.example.jp", ADDRESS, "10.0.0.12")
    assert table["certificate"] == "/there/certificates/softether.pem"


@pytest.mark.parametrize(
    ("words", "demo", "said"),
    [
        (("--engine", "softether"), True, "say with --engine-address"),
        (("--engine", "loopback"), False, "is for demos alone"),
    ],
)
def test_what_does_not_go_together_is_refused(words: tuple[str, ...], demo: bool, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        settled(*words, demo=demo)


def test_an_engine_that_is_none_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Failure, match="softether, wireguard, loopback"):
        settled("--engine", "openvpn")


def test_a_flag_of_an_engine_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    ran = renkei("init", "--root", tmp_path, "--demo", "--engine", "softether", "--engine-address", "near")
    assert ran.code == 1 and "'near' is no IP address" in ran.err
    assert not (tmp_path / "config.toml").exists()


def test_each_engine_has_a_secret_of_its_own_that_is_kept(tmp_path: Path) -> None:
    given = settled("--engine", "wireguard", "--engine-address", ADDRESS)
    tmp_path.chmod(0o700)
    files = SecretFiles(tmp_path, is_sealed=False)
    engines.make_secret(given, files)
    key = (tmp_path / "wireguard.key").read_bytes()
    engines.make_secret(given, files)
    assert (tmp_path / "wireguard.key").read_bytes() == key and len(base64.b64decode(key)) == 32
    engines.make_secret(settled("--engine", "softether", "--engine-address", ADDRESS), files)
    assert len((tmp_path / "softether.password").read_bytes()) >= 32
    engines.make_secret(settled("--engine", "loopback"), files)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("engine", "root", "told"),
    [
        ("wireguard", None, "renkei tunnel-wireguard prepare-host: "),
        ("softether", None, "apt install softether-vpnserver"),
        ("wireguard", Path("/x"), ""),
        ("softether", Path("/x"), ""),
        ("", None, ""),
    ],
)
def test_whoever_installs_an_engine_is_told_what_it_needs(engine: str, root: Path | None, told: str) -> None:
    given = settled(*(("--engine", engine, "--engine-address", ADDRESS) if engine else ()))
    given.root = root
    steps = engines.next_steps(given)
    assert len(steps) == bool(told) and all(step.startswith(told) for step in steps)
