# SPDX-License-Identifier: Apache-2.0
"""config.example.toml holds every setting of the core and of our plugins, with its true default, explained."""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from appliance.config.catalogue import catalogue_of, default_catalogue
from appliance.config.decode import Where, decode
from appliance.config.load import load
from appliance.config.office_settings import DocumentSettings
from appliance.config.settings import Settings
from appliance.host.found import GROUPS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
TABLE: dict[str, Any] = tomllib.loads(EXAMPLE.read_text("utf-8"))
OURS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "pyproject.toml").exists())


def plugin_settings(name: str) -> type:
    """The Settings class of an installed plugin."""
    [point] = {point for group in GROUPS.values() for point in entry_points(group=group) if point.name == name}
    settings: type = point.load().Settings
    return settings


def missing(shape: type, table: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """The keys of shape that the table does not name."""
    for field in dataclasses.fields(shape):
        key = f"{where}{field.name}"
        default = field.default
        if field.name not in table:
            yield key
        elif dataclasses.is_dataclass(default) and not isinstance(default, type):
            yield from missing(type(default), table[field.name], f"{key}.")


def test_it_is_the_defaults_and_nothing_else() -> None:
    example = load(EXAMPLE)
    assert replace(example, documents={}, plugins={}) == Settings()


def test_it_names_every_key_of_the_core() -> None:
    assert list(missing(Settings, TABLE)) == []


def test_a_missing_key_would_be_noticed() -> None:
    less = {**TABLE, "fund": {"name": "x", "number": 1}}
    assert list(missing(Settings, less)) == ["fund.contact", "fund.public_url", "fund.portal_url"]


def test_a_kind_of_document_shows_all_its_keys() -> None:
    [shown] = TABLE["documents"].values()
    assert list(missing(DocumentSettings, shown)) == []


def test_the_kind_of_document_says_again_what_is_shipped() -> None:
    assert catalogue_of(load(EXAMPLE)) == default_catalogue()


def test_every_plugin_of_ours_has_its_table() -> None:
    assert sorted(TABLE["plugins"]) == OURS


@pytest.mark.parametrize("name", OURS)
def test_a_plugins_table_has_every_key_with_its_default(name: str) -> None:
    shape, table = plugin_settings(name), TABLE["plugins"][name]
    assert list(missing(shape, table)) == []
    needed = {field.name for field in dataclasses.fields(shape) if field.default is dataclasses.MISSING}
    examples = {key: table[key] for key in needed}
    assert decode(table, shape, Where("config.example.toml", name)) == shape(**examples)


def lines_without_comment() -> list[str]:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    wanted = [number for number, line in enumerate(lines) if line and not line.startswith("#")]
    return [lines[number] for number in wanted if not lines[number - 1].startswith("# ")]


def test_a_comment_stands_above_every_key_and_every_table() -> None:
    assert lines_without_comment() == []
