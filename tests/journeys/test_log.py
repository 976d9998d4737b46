# SPDX-License-Identifier: Apache-2.0
"""What people do and try, with the log wide open: it says what happened to which request, and quotes nobody."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import quote, urlencode

import aiohttp

from appliance.link import messages as m
from appliance.link.refusals import Refused
from appliance.model.words import Site
from tests.journeys.courier import Document, delivered
from tests.journeys.guests import guest
from tests.journeys.installation import CONTRACT, Installation
from tests.journeys.waiting import until
from tests.journeys.wire import wire
from tests.personal import quoted
from tests.story.story import sign_in

NAME, MAIL, SECRET = "毛利 小五郎", "kogoro@example.jp", "Conan-1234-kun"
FILE = "毛利小五郎_資格取得届.pdf"
TYPED = (NAME, MAIL, SECRET, FILE, "毛利", "資格取得届")


async def test_what_is_typed_into_any_place_of_a_request_is_not_logged(running: Installation) -> None:
    headers = {"X-Name": MAIL, "Cookie": f"a={SECRET}", "User-Agent": quote(NAME)}
    for site in Site.PUBLIC, Site.PORTAL, Site.CONSOLE:
        async with running.visitor(site) as visitor:
            for path in ("/", f"/{quote(NAME)}", "/sign-in", "/uploads", "/filings/new", "/activate/", "/onetime/"):
                place = f"{path}?{urlencode({'q': NAME, 'contract_number': CONTRACT, 'mail': MAIL})}"
                await visitor.ask("GET", place, headers=headers)
                for body in bodies():
                    await visitor.ask("POST", place, body, {**headers, "Origin": visitor.site})
    assert "INFO appliance.cli.serving: ready: gate vault web" in running.log
    assert quoted(running.log, TYPED) == []


def bodies() -> list[object]:
    """As programs and browsers send them, and as neither should."""
    typed = {"contract_number": CONTRACT, "user_id": NAME, "login": MAIL, "password": SECRET, "name": NAME}
    form = aiohttp.FormData(typed)
    form.add_field("file", b"%PDF-" + NAME.encode(), filename=FILE, content_type="application/pdf")
    broken = f'--x\r\nContent-Disposition: form-data; name="{NAME}"; filename="{FILE}"\r\n\r\n{SECRET}'
    return [typed, form, broken.encode(), f'{{"name": "{NAME}"'.encode(), NAME.encode("cp932") * 100]


async def test_bytes_that_are_no_http_are_not_logged(running: Installation) -> None:
    for said in (
        f"{NAME}\r\n\r\n".encode(),
        f"GET /{NAME} HTTP/1.1\r\n{MAIL}\r\n\r\n".encode(),
        SECRET.encode() + b"\r\n\r\n",
    ):
        async with wire(running, Site.PORTAL) as line:
            await line.send(said)
            assert await line.rest() > 0
    assert quoted(running.log, TYPED) == []


async def test_a_guest_with_a_sites_socket_leaves_no_token_and_no_word(running: Installation) -> None:
    async with guest(running, Site.PORTAL, running.user) as user:
        kept = user.token
        for message in (m.Arrive(CONTRACT, NAME), m.GivePassword(SECRET, SECRET), m.OpenMenu()):
            for user.token in (kept, SECRET):
                with suppress(Refused):
                    await user.ask(message)
    assert quoted(running.log, [*TYPED, kept]) == []


async def test_a_line_says_which_request_it_was(fund: Installation) -> None:
    fund.start()
    notice = await delivered(fund, Document.of(1, 32 * 1024 * 1024))
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        async with wire(fund, Site.PORTAL) as line:
            await line.get(f"/notices/{notice}/file", user.cookies)
            await line.reader.readexactly(1_000)
            line.cut()
    await until(cut_is_told(fund))
    [line_of_site] = [line for line in fund.log.splitlines() if " cut after " in line]
    number = line_of_site.partition("download ")[2].split()[0]
    assert line_of_site.endswith(f"[request {number}, message /notices/{{id}}/file, site portal]")


def cut_is_told(fund: Installation) -> Callable[[], Awaitable[bool]]:
    """Whether the site has told of a download that was cut."""

    async def told() -> bool:
        return " cut after " in fund.log

    return told
