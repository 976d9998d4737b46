# SPDX-License-Identifier: Apache-2.0
"""What systemd was told is read back from where the generator has written it, by the generator's own words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.reach_check import open_ways, told_otherwise
from tests.architecture.tree import ROOT

NAMED = '[plugins.mail_smtp]\nhost = "mail.fund.example.jp"\n[plugins.scan_clamav]\naddress = "192.0.2.7:3310"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that systemd was told of."""
    file = tmp_path / "config.toml"
    file.write_text(NAMED, "utf-8")
    return file


@pytest.fixture
def told(config: Path, tmp_path: Path) -> Path:
    """What it was told."""
    text = (ROOT / "systemd" / "renkei-generator").read_text("utf-8")
    for path, other in (("/etc/renkei/config.toml", config), ("/run/renkei-generator.toml", tmp_path / "last")):
        text = text.replace(f'Path("{path}")', f"Path({str(other)!r})")
    (tmp_path / "units").mkdir()
    subprocess.run([sys.executable, "-I", "-c", text, *[str(tmp_path / "units")] * 3], check=True)
    return tmp_path / "units/renkei-vault.service.d/50-reaches.conf"


def test_each_key_that_opens_the_way_to_every_machine_is_named(config: Path, told: Path) -> None:
    [said] = open_ways(config, told)
    assert said.startswith("[plugins.mail_smtp] host: 'mail.fund.example.jp' is no address, nor in /etc/hosts: so")


def test_where_every_server_is_an_address_nothing_is_said(config: Path, told: Path) -> None:
    told.write_text(told.read_text("utf-8").replace("=any", "=192.0.2.25/32"), "utf-8")
    assert open_ways(config, told) == []


def test_a_configuration_that_is_newer_than_what_was_told_is_named(config: Path, told: Path) -> None:
    os.utime(config, ns=(0, told.stat().st_mtime_ns))
    assert told_otherwise(config, told) == []
    os.utime(config, ns=(0, told.stat().st_mtime_ns + 1))
    [said] = told_otherwise(config, told)
    assert "`systemctl daemon-reload" in said


def test_another_configuration_is_no_matter_of_systemd(config: Path, told: Path) -> None:
    other = config.with_name("other.toml")
    other.write_text("", "utf-8")
    assert told_otherwise(other, told) == open_ways(other, told) == []
    assert told_otherwise(config, told.with_name("none")) == open_ways(config, told.with_name("none")) == []
