# SPDX-License-Identifier: Apache-2.0
"""What a kit knows of its seat, and how its texts are filled."""

import json
from dataclasses import asdict

import pytest
from renkei_kit_linux.builder import LinuxKits
from renkei_kit_linux.on_pc.order import Trouble, Words, order_from

from tests.plugins.kit_linux.office_pc import order, order_there


async def test_the_order_of_the_vault_becomes_that_of_the_kit() -> None:
    kits = LinuxKits()
    kits.parts = {}
    said = asdict(order(seat=3)) | {"version": "0123456789abcdef"}
    made = order_from(json.loads(json.dumps({name: value for name, value in said.items() if name != "client"})))
    assert made == order_there(seat=3)
    assert (made.number, made.name) == ("03", "916237-0000021.03")


def test_an_order_that_lacks_something_is_none() -> None:
    with pytest.raises(KeyError):
        order_from({"contract_number": "916237-0000021"})


def test_texts_are_filled_with_the_order_and_more(texts: Words) -> None:
    assert "契約番号: 916237-0000021" in texts("welcome") and "1台目用" in texts("welcome")
    assert "setup.x" in texts("other_seat", other="setup.x", program="p")
    assert texts.licence.startswith("企業年金電子連携サービス 利用許諾")


@pytest.mark.parametrize("typed", ["はい", " はい\n", "同意する", "Y", "yes"])
def test_what_is_a_yes(texts: Words, typed: str) -> None:
    assert texts.is_yes(typed)


@pytest.mark.parametrize("typed", ["", " ", "いいえ", "n", "はいはい"])
def test_what_is_none(texts: Words, typed: str) -> None:
    assert not texts.is_yes(typed)


def test_trouble_names_its_text() -> None:
    trouble = Trouble("damaged", file="x")
    assert (trouble.word, trouble.values) == ("damaged", {"file": "x"})
