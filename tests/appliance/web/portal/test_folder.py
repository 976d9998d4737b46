# SPDX-License-Identifier: Apache-2.0
"""A folder of filings: which file is for which office, and how the script gets from office to office."""

import json
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.model.words import Permission, Site
from appliance.vault.caller import form_token
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import PEPPER, Person, World
from tests.appliance.web.conftest import Answer
from tests.appliance.web.whole import Reader

GOOD, OTHER = "20260609_0002_加入者資格取得届.pdf", "20260609_0003_加入者資格喪失届.pdf"


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士 with two clients, signed in."""
    person = await world.visitor(await world.office(9), "Sharo009")
    second, third, _fourth = [await world.office(number) for number in (2, 3, 4)]
    await delegated(world, person, second)
    await delegated(world, person, third, permissions=frozenset({Permission.DOWNLOAD}))
    return person


async def asked(reader: Reader, person: Person, path: str, form: str = "", **fields: str) -> Answer:
    """What the script is answered."""
    reader.be(person.token)
    token = form or form_token(PEPPER, person.token)
    headers = {"X-Renkei-Form": token, "Content-Type": "application/json", "Origin": reader.browser.origin}
    return await reader.browser.send("POST", path, headers, data=json.dumps(fields))


async def routed(reader: Reader, person: Person, *names: str) -> list[dict[str, Any]]:
    answer = await asked(reader, person, "/served/check", names="\n".join(names))
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body)["files"]
    return found


async def test_the_page_says_whom_one_may_send_for(reader: Reader, firm: Person) -> None:
    page = await reader.be(firm.token).see("/served/folder")
    assert "0002 事業所2" in page.text and "0009 事業所9" in page.text
    assert "0003 事業所3" not in page.text, "for that one nothing may be sent"
    assert "0004" not in page.text
    assert "JavaScript が必要です" in page.html


async def test_a_file_goes_where_its_number_says(reader: Reader, world: World, firm: Person) -> None:
    [file] = await routed(reader, firm, GOOD)
    found = {row.number: row.office for row in (await firm.ask(m.ListClients())).rows}
    assert (file["to"], file["office"], file["type"]) == (found[2], "0002 事業所2", "加入者資格取得届")
    assert file["asks_event"] and not file["problems"]


@pytest.mark.parametrize(
    ("name", "said", "suggestion"),
    [
        ("20260609_0004_加入者資格取得届.pdf", "担当されている事業所の番号ではありません", ""),
        (OTHER, "送る権限がありません", ""),
        ("20260609_2_加入者資格取得届.pdf", "", "20260609_0002_加入者資格取得届.pdf"),
        ("2026-06-09_0002_加入者資格取得届.pdf", "", "20260609_0002_加入者資格取得届.pdf"),
        ("20260609_0002_加入者資格取得.pdf", "", "20260609_0002_加入者資格取得届.pdf"),
        ("取得届.pdf", "", ""),
        ("20260609_0002_加入者資格取得届.exe", "", ""),
    ],
)
async def test_what_cannot_be_sent_as_it_is(
    reader: Reader, firm: Person, name: str, said: str, suggestion: str
) -> None:
    [file] = await routed(reader, firm, name)
    assert file["to"] == "" and file["problems"]
    assert said in file["problems"][0]["what"]
    assert "種類を" not in file["problems"][0]["next"], "there is nothing to choose it with"
    assert suggestion in ("", file["suggestion"])


async def test_many_names_keep_their_order(reader: Reader, firm: Person) -> None:
    found = await routed(reader, firm, OTHER, GOOD, "x")
    assert [one["name"] for one in found] == [OTHER, GOOD, "x"]


async def test_only_our_own_page_is_answered(reader: Reader, firm: Person) -> None:
    assert (await asked(reader, firm, "/served/check", "f" * 64, names=GOOD)).status == 403
    assert (await asked(reader, firm, "/served/check", names="\n".join(["x"] * 51))).status == 413


async def test_going_from_office_to_office(reader: Reader, firm: Person) -> None:
    found = {row.number: row.office for row in (await firm.ask(m.ListClients())).rows}
    answer = await asked(reader, firm, "/served/folder/switch", to=found[2])
    said = json.loads(answer.body)
    assert (answer.status, said["name"]) == (200, "0002 事業所2")
    cookie = answer.headers.getall("Set-Cookie")[0]
    token = cookie.split(";")[0].partition("=")[2]
    assert cookie.startswith(visit_cookie(Site.PORTAL)) and "HttpOnly" in cookie
    assert said["form"] == form_token(PEPPER, token)
    firm.token = token
    assert (await asked(reader, firm, "/served/folder/switch", to=found[9])).status == 200


async def test_an_office_that_is_not_served(reader: Reader, world: World, firm: Person) -> None:
    assert (await asked(reader, firm, "/served/folder/switch", to="a" * 26)).status == 404
