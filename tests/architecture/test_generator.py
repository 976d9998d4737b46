# SPDX-License-Identifier: Apache-2.0
"""What systemd is told of the sites' listeners is what the configuration says, defaults included."""

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config.problems import split_address
from appliance.config.settings import Sites
from appliance.model.words import WEB_SITES, Site
from tests.architecture import tree

GENERATOR = tree.ROOT / "systemd" / "renkei-generator"


def generated(folder: Path, config: str | None) -> dict[str, str]:
    """Each unit of which something is told, with where it listens."""
    text, file, units = GENERATOR.read_text("utf-8"), folder / "config.toml", folder / "units"
    units.mkdir()
    if config is not None:
        file.write_text(config, "utf-8")
    program = text.replace('Path("/etc/renkei/config.toml")', f"Path({str(file)!r})")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, units, units, units], check=True, capture_output=True
    )
    assert bool(done.stderr) is (config is None or "[" not in config)
    found = {one.parent.name.removesuffix(".d"): one.read_text("utf-8") for one in units.glob("*.d/*.conf")}
    return {unit: said.partition("ListenStream=")[2].strip() for unit, said in found.items()}


def test_a_site_of_which_nothing_is_said_listens_at_its_default(tmp_path: Path) -> None:
    found = generated(tmp_path, "[fund]\n")
    for site in WEB_SITES:
        default = Sites().of(site)
        assert split_address(found[f"renkei-web@{site}.socket"]) == (default.address, default.port)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ('address = "10.0.0.10"', "10.0.0.10:443"),
        ('address = "10.0.0.10"\nport = 8443', "10.0.0.10:8443"),
        ('address = "::1"', "[::1]:443"),
        ("port = 8443", "127.0.0.12:8443"),
    ],
)
def test_a_site_listens_where_the_configuration_says(tmp_path: Path, table: str, place: str) -> None:
    found = generated(tmp_path, f'[sites.portal]\n{table}\nmetrics = "127.0.0.1:9613"\n')
    assert found[f"renkei-web@{Site.PORTAL}.socket"] == place
    assert found[f"renkei-web-figures@{Site.PORTAL}.socket"] == "127.0.0.1:9613"
    assert len(found) == 4


@pytest.mark.parametrize("config", [None, "sites = 1", "no toml"])
def test_of_a_configuration_that_is_none_nothing_is_said(tmp_path: Path, config: str | None) -> None:
    assert generated(tmp_path, config) == {}
