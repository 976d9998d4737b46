# SPDX-License-Identifier: Apache-2.0
"""「事業所一覧」 in front of the real vault: choosing, switching, and what the pages before are worth."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.model.words import FilingState, Site
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, Seen


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


@pytest.fixture
async def client(world: World, firm: Person) -> str:
    """An office that is served."""
    office = await world.office(2)
    await world.user(office, "Kanri002")
    await delegated(world, firm, office)
    return office


async def chosen(reader: Reader, office: str, then: str = "/") -> Seen:
    """The page after an office was chosen in the list."""
    page = await reader.see("/served")
    fields = {**page.page.form("/served/switch").fields, "to": office, "then": then}
    return await reader.follow(await reader.post("/served/switch", fields))


async def test_all_offices_with_what_waits(reader: Reader, world: World, firm: Person, client: str) -> None:
    await put_filing(world, client, FilingState.UPLOADED, due_on="2026-06-12")
    await put_filing(world, client, FilingState.RETURNED)
    await (await world.clerk()).deliver(client)
    page = await reader.be(firm.token).see("/served")
    for word in ("0009 事業所9", "ご自身の事業所", "0002 事業所2", "差戻し 1件", "承認待ち 1件", "未受信 1件"):
        assert word in page.text
    assert "6月12日" in page.text and "あと3日" in page.text
    assert "2027年3月31日" in page.text


async def test_choosing_one_shows_on_every_page_whose_it_is(reader: Reader, firm: Person, client: str) -> None:
    reader.be(firm.token)
    assert "の手続きをしています" not in (await reader.see("/")).text
    page = await chosen(reader, client)
    for path in ("/", "/month", "/notices", "/filings", "/filings/new", "/history", "/served"):
        page = await reader.see(path)
        assert page.status == 200, path
        assert "事業所2（0002）の手続きをしています" in page.text, path
        assert "ご自身の事業所: 事業所9" in page.text
        assert 'data-office="0002"' in page.html
    assert "/users" not in page.page.links and "/own" not in page.page.links


async def test_a_page_may_be_asked_for_along_with_it(reader: Reader, firm: Person, client: str) -> None:
    page = await chosen(reader.be(firm.token), client, "/filings/new")
    assert 'data-office="0002"' in page.html and "届書を送る" in page.text
    page = await chosen(reader, firm.office, "https://evil.example/")
    assert page.path == "/"


async def test_back_at_home_everything_is_as_before(reader: Reader, firm: Person, client: str) -> None:
    await chosen(reader.be(firm.token), client)
    page = await chosen(reader, firm.office)
    assert "の手続きをしています" not in page.text
    assert (await reader.see("/own")).status == 200


async def test_a_double_click_gets_the_same_token(reader: Reader, firm: Person, client: str) -> None:
    page = await reader.be(firm.token).see("/served")
    fields = {**page.page.form("/served/switch").fields, "to": client, "then": "/"}
    first = await reader.post("/served/switch", fields)
    token = reader.browser.cookies[visit_cookie(Site.PORTAL)]
    again = await reader.be(firm.token).post("/served/switch", fields)
    assert first.status == again.status == 303
    assert reader.browser.cookies[visit_cookie(Site.PORTAL)] == token != firm.token


async def test_a_late_answer_to_the_token_before_takes_no_cookie_away(
    reader: Reader, firm: Person, client: str
) -> None:
    before = firm.token
    await chosen(reader.be(before), client)
    late = await reader.be(before).see("/notices")
    assert late.status == 409 and "別の画面で、事業所が切り替えられました" in late.text
    assert reader.browser.cookies == {visit_cookie(Site.PORTAL): before}, "the browser has the new one by then"


async def test_a_form_of_another_office_is_refused_and_shows_nothing_again(
    reader: Reader, world: World, firm: Person, client: str
) -> None:
    """Two tabs: the form was opened at home, and is sent while the visit is about the client."""
    page = await reader.be(firm.token).see("/own/name")
    form = page.page.form("/own/name")
    await chosen(reader, client)
    sent = await reader.post("/own/name", {**form.fields, "name": "秘密の名前", "kana": "ヒミツ ノナマエ"})
    assert sent.status == 403
    assert "この画面からは操作できません" in sent.text
    assert "秘密" not in sent.html
    assert (await world.account(firm)).name == "利用者Sharo009"


async def test_what_is_the_persons_own_is_not_there_meanwhile(reader: Reader, firm: Person, client: str) -> None:
    await chosen(reader.be(firm.token), client)
    for path in ("/own", "/users", "/office", "/delegations"):
        page = await reader.see(path)
        assert page.status == 403 and "ほかの事業所のためには行えません" in page.text, path


async def test_the_end_of_a_delegation_leads_to_the_list(
    reader: Reader, world: World, firm: Person, client: str
) -> None:
    await chosen(reader.be(firm.token), client)
    admin = await world.visitor(client, "Admin002")
    rows = (await admin.ask(m.ListDelegations())).rows
    await admin.ask(m.EndDelegation(rows[0].id))
    page = await reader.see("/notices")
    assert page.status == 303
    page = await reader.follow(page)
    assert "選んでいた事業所の委任が終わりました" in page.text
    assert "事業所2" not in page.text
    assert "の手続きをしています" not in page.text


async def test_an_office_that_is_not_served_is_not_found(reader: Reader, world: World, firm: Person) -> None:
    other = await world.office(3)
    page = await reader.be(firm.token).see("/served")
    fields = page.page.form("/served/switch").fields
    for to in (other, "a" * 26, "", "x"):
        assert (await reader.post("/served/switch", {**fields, "to": to})).status == 404
    assert (await reader.see("/")).status == 200


async def test_whoever_serves_nobody_learns_how_to(reader: Reader, firm: Person) -> None:
    page = await reader.be(firm.token).see("/served")
    assert "複数事業所管理届" in page.text
    assert "/served" not in (await reader.see("/")).page.links


async def test_the_nearest_deadline_first(reader: Reader, world: World, firm: Person, client: str) -> None:
    third = await world.office(3)
    await delegated(world, firm, third)
    await put_filing(world, third, FilingState.UPLOADED, due_on="2026-06-10")
    await put_filing(world, client, FilingState.UPLOADED, due_on="2026-06-20")
    by_number = (await reader.be(firm.token).see("/served")).text
    by_deadline = (await reader.see("/served?order=deadline")).text
    assert by_number.index("0002") < by_number.index("0003")
    assert by_deadline.index("0003 ") < by_deadline.index("0002 ")


async def test_pages_of_a_long_list(
    reader: Reader, world: World, firm: Person, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.web.portal.served.ROWS", 1)
    page = await reader.be(firm.token).see("/served?order=deadline")
    assert "/served?order=deadline&after=1" in page.page.links
    page = await reader.see("/served?order=deadline&after=1")
    assert "事業所2" in page.text and "最初のページ" in page.text


async def test_signing_in_leads_to_the_list(reader: Reader, firm: Person, client: str) -> None:
    arrived = await firm.arrive()
    page = await reader.be("").see("/sign-in")
    page = await reader.fill(page, "/sign-in", contract_number=firm.contract, user_id=firm.login)
    page = await reader.fill(page, "/sign-in/password", password=firm.password)
    assert page.to == "/served", arrived
    page = await reader.follow(page)
    assert "事業所一覧" in page.text


async def test_a_row_is_about_nobody_else(firm: Person, client: str) -> None:
    page: m.ServedPage = await firm.ask(m.ListServed())
    own, other = page.rows
    assert own.is_own and own.is_chosen and own.until == 0
    assert replace(other, until=0).office == client
