# SPDX-License-Identifier: Apache-2.0
"""The manuals at portal and console, through the real vault: everybody keeps them, some of the fund change them."""

from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
from renkei_policy_permissions.rights import Rights, RightsPolicy

from appliance.model.words import Role, Site
from appliance.vault.manuals.books import NAMES
from tests.appliance.vault.people.folk import admin_of, staff_of
from tests.appliance.vault.world import CONTENT, Person, World, opened
from tests.appliance.web.conftest import Opening
from tests.appliance.web.whole import Reader, Seen, site_of

TYPED = {"manual_title": "はじめての方へ", "manual_dated": "2026-06-09", "manual_replaces": ""}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault with the policy that is shipped."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        policy = RightsPolicy()
        policy.rights = Rights.parse(files("renkei_policy_permissions").joinpath("rights.toml").read_text("utf-8"))
        made.plugins.add("policy", policy, "permissions")
        yield made


@pytest.fixture
async def console(open_site: Opening, world: World) -> Reader:
    """Somebody in front of the console."""
    return await site_of(open_site, world, Site.CONSOLE)


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


async def added(console: Reader, content: bytes | None = CONTENT, **changed: str) -> Seen:
    """The form, filled in and sent."""
    page = await console.see("/manuals")
    fields = {name: page.page.form("/manuals").fields[name] for name in ("form", "command")}
    return await console.send("/manuals", {**fields, **TYPED, **changed}, content, "a.pdf")


async def test_an_office_sees_and_keeps_all_four(open_site: Opening, world: World) -> None:
    portal = await site_of(open_site, world, Site.PORTAL)
    admin = await admin_of(world)
    page = await portal.be(admin.token).see("/manuals")
    assert [f"/manuals/{name}/pdf" for name in NAMES] == [link for link in page.page.links if link.endswith("/pdf")]
    assert "操作マニュアル(2" in page.text and "していません" in page.text and "追加する" not in page.text
    answer = await portal.browser.get("/manuals/operation/pdf")
    assert answer.body.startswith(b"%PDF-") and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline") and "sandbox" in str(answer.headers)
    assert (await portal.see("/manuals/nothing/pdf")).status == 404


async def test_a_clerk_adds_replaces_and_withdraws(console: Reader, clerk: Person) -> None:
    console.be(clerk.token)
    page = await console.follow(await added(console, manual_replaces="install"))
    assert "マニュアルを追加しました" in page.text and "はじめての方へ" in page.text
    assert "/manuals/install/pdf" not in page.page.links
    [action] = [one for one in page.html.split('"') if one.endswith("/withdraw")]
    page = await console.follow(await console.fill(page, action))
    assert "取り下げました" in page.text and "/manuals/install/pdf" in page.page.links


@pytest.mark.parametrize(
    ("changed", "content", "said"),
    [
        ({"manual_title": " "}, CONTENT, "1〜60 文字"),
        ({"manual_dated": "昨日"}, CONTENT, "日付を入力し直してください"),
        ({"manual_replaces": "everything"}, CONTENT, "選び直してください"),
        ({}, b"MZ" + bytes(300), "PDF を作り直して"),
        ({}, None, "追加できませんでした"),
    ],
)
async def test_what_is_wrong_is_said_where_it_is(
    console: Reader, clerk: Person, changed: dict[str, str], content: bytes | None, said: str
) -> None:
    page = await added(console.be(clerk.token), content, **changed)
    assert page.status == 422 and said in page.text
    assert changed or "はじめての方へ" in page.html, "what was typed stays"


@pytest.mark.parametrize("role", [Role.FUND_DESK, Role.FUND_AUDITOR, Role.FUND_RELEASER])
async def test_others_of_the_fund_only_read(console: Reader, world: World, role: Role) -> None:
    person = await staff_of(world, "somebody", role)
    page = await console.be(person.token).see("/manuals")
    assert page.status == 200 and "追加する" not in page.text
