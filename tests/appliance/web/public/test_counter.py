# SPDX-License-Identifier: Apache-2.0
"""The public counter through the real vault: what an office does with its letter, and what others try."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.model.devices import SeatState
from appliance.model.time import HOUR, MINUTE
from appliance.model.words import Site
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.issuing.download_keys import give_download_key
from appliance.web.cookies import visit_cookie
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.world import World, opened
from tests.appliance.web.conftest import Answer, Browser, Opening
from tests.appliance.web.public.test_activate import form_data
from tests.appliance.web.whole import DirectLink
from tests.story.page import Page

TICKET = visit_cookie(Site.PUBLIC)
FILE = "確認コード(ABC123).txt"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault with kits for Windows."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        made.plugins.add("kit", MemoryKits("Windows", ".exe"), "kit_windows")
        yield made


@pytest.fixture
def scene(world: World) -> Scene:
    """A binder, and PCs."""
    return Scene(world)


@pytest.fixture
async def holder(world: World, scene: Scene) -> Holder:
    """Whoever has the letter."""
    return await holder_of(world)


@pytest.fixture
async def browser(open_site: Opening, world: World) -> Browser:
    """Somebody on the Internet."""
    return await open_site(Site.PUBLIC, link=DirectLink(world, Site.PUBLIC))


def keep(browser: Browser, answer: Answer) -> None:
    """What a browser does with cookies."""
    for line in answer.headers.getall("Set-Cookie", []):
        name, _, value = line.partition(";")[0].partition("=")
        browser.cookies.pop(name, None)
        if value:
            browser.cookies[name] = value


async def see(browser: Browser, path: str) -> Answer:
    answer = await browser.get(path)
    keep(browser, answer)
    return answer


async def token_on(browser: Browser, path: str, action: str) -> str:
    page = Page((await see(browser, path)).text)
    return page.form(action).fields["form"]


async def sign_in(browser: Browser, holder: Holder, password: str = "") -> Answer:
    token = await token_on(browser, "/download/", "/download/")
    typed = holder.typing(password)
    fields = {"form": token, "contract_number": typed.contract_number, "password": typed.password}
    answer = await browser.post("/download/", fields)
    keep(browser, answer)
    return answer


async def send(browser: Browser, path: str, fields: dict[str, str], content: bytes) -> Answer:
    headers = {"Origin": browser.origin, "Content-Type": "multipart/form-data; boundary=XX"}
    answer = await browser.send("POST", path, headers, data=form_data(fields, [(FILE, content)]))
    keep(browser, answer)
    return answer


async def test_from_the_letter_to_the_request(browser: Browser, holder: Holder, scene: Scene) -> None:
    assert (await sign_in(browser, holder)).headers["Location"] == "/download/list"
    page = (await see(browser, "/download/list")).text
    assert "佐倉 花子" in page and f"setup.{holder.office.contract_number}.02.exe" in page
    kit = await browser.get("/download/kits/1/kit_windows/file")
    assert kit.status == 200 and await scene.state(holder.office) is SeatState.DOWNLOADED
    token = await token_on(browser, "/activate/send", "/activate/send")
    fields = {"form": token, "command": "c" * 20}
    sent = await send(browser, "/activate/send", fields, await scene.evidence(holder.office))
    assert "上記ファイルのVPN接続アカウントの有効化を受けました" in sent.text and FILE in sent.text
    status = (await see(browser, "/activate/status")).text
    assert "確認中" in status and "2026年6月11日" in status
    await scene.approve(holder.office)
    assert "このパソコンから接続できます" in (await see(browser, "/activate/status")).text


async def test_pair_and_files_on_one_page(browser: Browser, holder: Holder, scene: Scene) -> None:
    scene.set(auto_approve=True)
    token = await token_on(browser, "/activate/", "/activate/")
    typed = holder.typing()
    fields = {"form": token, "command": "c" * 20, "contract_number": typed.contract_number}
    fields["password"] = typed.password
    sent = await send(browser, "/activate/", fields, await scene.evidence(holder.office))
    assert "VPN接続アカウントが有効になりました" in sent.text and TICKET in browser.cookies
    assert (await see(browser, "/activate/status")).status == 200


async def test_the_code_of_somebody_else_tells_nothing(browser: Browser, holder: Holder, scene: Scene) -> None:
    other = await holder_of(holder.world, number=2, login="Suzuki02", office_name="ほかの会社")
    await sign_in(browser, holder)
    token = await token_on(browser, "/activate/send", "/activate/send")
    evidence = await scene.evidence(other.office)
    sent = await send(browser, "/activate/send", {"form": token, "command": "c" * 20}, evidence)
    assert "基金から個別にご連絡します" in sent.text
    for hidden in ("ほかの会社", other.office.contract_number):
        assert hidden not in sent.text


async def test_after_a_new_letter_nothing_opens_with_the_old_one(browser: Browser, holder: Holder) -> None:
    core = holder.world.core
    await sign_in(browser, holder)
    await core.commit(lambda txn: give_download_key(core, txn, holder.office.id, "freshKey", core.clock.now()))
    answer = await see(browser, "/download/list")
    assert answer.headers["Location"] == "/download/?ended=1" and TICKET not in browser.cookies
    assert (await sign_in(browser, holder)).status == 422
    holder.key = "freshKey"
    assert (await sign_in(browser, holder)).status == 303


async def test_a_month_later_the_page_says_why(browser: Browser, holder: Holder) -> None:
    before = holder.month + holder.key
    holder.world.clock.move(31 * 24 * HOUR)
    answer = await sign_in(browser, holder, before)
    assert answer.status == 422 and "年月の部分が先月のものです" in answer.text


async def test_a_number_that_nobody_has_is_answered_by_the_same_page(browser: Browser, holder: Holder) -> None:
    pages = []
    for number in (holder.office.contract_number, "123456-0099999"):
        token = await token_on(browser, "/download/", "/download/")
        fields = {"form": token, "contract_number": number, "password": f"{holder.month}abcdefgh"}
        answer = await browser.post("/download/", fields)
        pages.append(answer.text.replace(number, "").replace(token, ""))
    assert pages[0] == pages[1]


async def test_after_half_an_hour_files_are_asked_for_again(browser: Browser, holder: Holder, scene: Scene) -> None:
    await sign_in(browser, holder)
    token = await token_on(browser, "/activate/send", "/activate/send")
    evidence = await scene.evidence(holder.office)
    holder.world.clock.move(30 * MINUTE)
    sent = await send(browser, "/activate/send", {"form": token, "command": "c" * 20}, evidence)
    assert (sent.status, sent.headers["Location"]) == (303, "/activate/?ended=1")
    assert await scene.requests(holder.office) == []


async def test_the_ticket_opens_no_page_of_the_portal(open_site: Opening, browser: Browser, holder: Holder) -> None:
    await sign_in(browser, holder)
    portal = await open_site(Site.PORTAL, link=DirectLink(holder.world, Site.PORTAL))
    portal.cookies = {visit_cookie(Site.PORTAL): browser.cookies[TICKET]}
    assert (await portal.get("/notices")).headers["Location"].startswith("/sign-in")
    with pytest.raises(Exception, match="not_signed_in"):
        await holder.world.ask(Site.PORTAL, m.OpenMenu(), token=browser.cookies[TICKET])
