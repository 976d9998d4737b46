# SPDX-License-Identifier: Apache-2.0
"""The page about documents shows the kinds that are shipped, and its example can be used."""

import re
from pathlib import Path

import pytest

from appliance.config.catalogue import catalogue_of, default_catalogue
from appliance.config.load import parse
from appliance.model.documents import Direction
from tests.appliance.cli.command import renkei
from tests.architecture.documents_page import PAGE, page

TEXT = PAGE.read_text("utf-8")


def test_the_tables_are_current() -> None:
    assert page() == TEXT, "run `python -m tests.architecture.documents_page`"


def test_every_kind_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \|", TEXT, re.MULTILINE)
    assert sorted(rows) == sorted(default_catalogue().types)


def test_the_example_is_a_configuration() -> None:
    [example] = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    catalogue = catalogue_of(parse(example, Path("config.toml")))
    assert catalogue.types["suspension"].statutory
    assert catalogue.sent("fund_news", Direction.TO_OFFICE) is None
    assert catalogue.name_of("survey") == "現況調査票"


@pytest.mark.parametrize(("words", "code"), re.findall(r"^renkei (name check .*?) +# ([01]):", TEXT, re.MULTILINE))
def test_the_commands_end_as_they_say(words: str, code: str) -> None:
    assert renkei(*words.split()).code == int(code)
