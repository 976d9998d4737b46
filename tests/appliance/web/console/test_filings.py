# SPDX-License-Identifier: Apache-2.0
"""The inbox of the fund: what is in it, how it is narrowed, and several received at once; with the real vault."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import FilingState, ScanState
from tests.appliance.vault.filings.sending import LOSS, NAME, SUSPENSION, delivered, kept, sent
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.console.exchange import auditor, clerk, other_clerk, releaser, stranger, user
from tests.appliance.web.whole import Reader, Seen

__all__ = ["auditor", "clerk", "other_clerk", "releaser", "stranger", "user"]

RECEIVE = "/filings/receive"
OTHER = "20260609_0002_中断者届.pdf"


def marked(seen: Seen, *filings: str) -> dict[str, str]:
    """The form with these ticked, as a browser sends it."""
    return {**seen.page.form(RECEIVE).fields, **{f"mark.{filing}": f"{filing}.pdf" for filing in filings}}


async def test_only_what_was_delivered_is_there(reader: Reader, world: World, user: Person, clerk: Person) -> None:
    await sent(user, NAME)
    page = await reader.be(clerk.token).see("/filings")
    assert "届書はまだ届いていません" in page.text and "未受信の届書はありません" in page.text
    filing = await delivered(world, user, LOSS)
    page = await reader.see("/filings")
    assert f"/filings/{filing}" in page.page.links
    for shown in ("加入者資格喪失届", LOSS, "0001 ", "未受信", "2026年6月9日(火)", "未検査"):
        assert shown in page.text, shown
    assert NAME not in page.text


async def test_what_is_new_is_counted_at_the_top_and_on_the_menu(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    for name in (NAME, LOSS):
        await delivered(world, user, name)
    assert "未受信の届書が 2件あります" in (await reader.be(clerk.token).see("/filings")).text
    assert "未受信 2件" in (await reader.see("/")).text


async def test_it_is_narrowed_by_type_office_and_state(
    reader: Reader, world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    first, second = await delivered(world, user, LOSS), await delivered(world, stranger, OTHER, event_on="")
    await clerk.ask(m.ReceiveFiling(second, ""))
    reader.be(clerk.token)

    async def found(query: str) -> list[str]:
        links = (await reader.see(f"/filings?{query}")).page.links
        return [filing for filing in (first, second) if f"/filings/{filing}" in links]

    assert await found("") == [first, second]
    assert await found("type=loss") == [first]
    assert await found(f"office={stranger.office}") == [second]
    assert await found("state=delivered") == [first] and await found("state=received") == [second]
    assert await found("state=open") == [first, second] and await found("state=done") == []
    assert await found(f"type=loss&office={stranger.office}") == []
    narrowed = await reader.see(f"/filings?type=loss&office={user.office}&state=open")
    assert "条件 事業所: 0001 事業所1、状態: 処理が済んでいないもの、種類: 加入者資格喪失届" in narrowed.text
    chosen = await reader.see(f"/filings?type=loss&office={stranger.office}&state=open&order=due")
    assert "条件に合うものはありません" in chosen.text
    for value in ("loss", "open", "due"):
        assert f'value="{value}" selected' in chosen.html, value
    assert 'name="find" type="search" value="0002 事業所2"' in chosen.html


async def test_the_nearest_deadline_comes_first_and_a_late_one_is_said_in_words(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    near = await delivered(world, user, NAME, event_on="2026-06-01")  # until 2026-07-01
    far = await delivered(world, user, LOSS, event_on="2026-06-08")  # until 2026-07-08
    none = await delivered(world, user, SUSPENSION, event_on="")
    world.clock.move(25 * DAY)  # 2026-07-04
    late = await clerk.sign_in()
    page = await reader.be(late.token).see("/filings?order=due")
    at = [page.html.index(f"/filings/{filing}") for filing in (near, far, none)]
    assert at == sorted(at)
    assert "期限を3日過ぎています" in page.text and "期限まであと4日です" in page.text
    await late.ask(m.ReceiveFiling(near, ""))
    await late.ask(m.ReturnFiling(near, "記入もれ", ""))
    assert "期限を3日過ぎています" not in (await reader.see("/filings?order=due")).text


async def test_several_are_received_at_once(
    reader: Reader, world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    filings = [await delivered(world, user, LOSS), await delivered(world, stranger, OTHER, event_on="")]
    left = await delivered(world, user, SUSPENSION, event_on="")
    page = await reader.be(clerk.token).see("/filings?state=delivered")
    done = await reader.post(RECEIVE, marked(page, *filings))
    assert done.to == "/filings?state=delivered&received=2"
    assert "2 件の届書を受信しました" in (await reader.follow(done)).text
    assert [(await kept(world, one)).state for one in filings] == [FilingState.RECEIVED] * 2
    assert (await kept(world, left)).state is FilingState.DELIVERED
    assert len(await world.journal(Kind.FILING_RECEIVED)) == 2


async def test_a_double_click_receives_once(reader: Reader, world: World, user: Person, clerk: Person) -> None:
    filing = await delivered(world, user, LOSS)
    fields = marked(await reader.be(clerk.token).see("/filings"), filing)
    both = [await reader.post(RECEIVE, fields) for _ in range(2)]
    assert [one.to for one in both] == ["/filings?received=1"] * 2
    assert len(await world.journal(Kind.FILING_RECEIVED)) == 1


async def test_those_that_cannot_be_received_are_named_and_the_others_are(
    reader: Reader, world: World, user: Person, clerk: Person, other_clerk: Person
) -> None:
    first, second = await delivered(world, user, LOSS), await delivered(world, user, SUSPENSION, event_on="")
    page = await reader.be(clerk.token).see("/filings")
    await other_clerk.ask(m.ReceiveFiling(first, ""))
    done = await reader.post(RECEIVE, {**marked(page, first, second), f"mark.{first}": "<b>.pdf"})
    assert done.status == 409
    assert "1件を受信しましたが、受信できなかった届書があります" in done.text and "<b>.pdf" in done.text
    assert "<b>.pdf" not in done.html
    assert f"/filings/{first}" in done.page.links
    assert (await kept(world, second)).state is FilingState.RECEIVED


async def test_a_filing_of_nobody_does_not_stop_the_others(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    filing, hidden = await delivered(world, user, LOSS), await sent(user, NAME)
    page = await reader.be(clerk.token).see("/filings")
    done = await reader.post(RECEIVE, marked(page, hidden, filing, "a" * 26))
    assert done.status == 409 and "1件を受信しました" in done.text
    assert (await kept(world, hidden)).state is FilingState.UPLOADED


async def test_nothing_marked_is_said(reader: Reader, world: World, user: Person, clerk: Person) -> None:
    await delivered(world, user, LOSS)
    page = await reader.be(clerk.token).see("/filings?type=loss")
    done = await reader.post(RECEIVE, marked(page))
    assert done.status == 422 and "受信する届書が選ばれていません" in done.text
    assert 'value="loss" selected' in done.html


@pytest.mark.parametrize("query", ["state=uploaded", "state=x", "order=x", "office=x", "office=" + "A" * 26])
async def test_what_no_list_offers_is_not_there(reader: Reader, clerk: Person, query: str) -> None:
    assert (await reader.be(clerk.token).see(f"/filings?{query}")).status == 404


@pytest.mark.parametrize("query", [f"after={'a' * 26}", "after=%22", "type=%3Cb%3E"])
async def test_strange_places_of_the_list(reader: Reader, clerk: Person, query: str) -> None:
    page = await reader.be(clerk.token).see(f"/filings?{query}")
    assert page.status in (404, 422) and "<b>" not in page.html


async def test_desk_releaser_and_auditor_read_and_have_no_boxes(
    reader: Reader, world: World, user: Person, desk: Person, releaser: Person, auditor: Person, clerk: Person
) -> None:
    filing = await delivered(world, user, LOSS)
    form = marked(await reader.be(clerk.token).see("/filings"), filing)
    for person in (desk, releaser, auditor):
        page = await reader.be(person.token).see("/filings")
        assert LOSS in page.text and RECEIVE not in page.page.actions
        own = {**form, "form": (await reader.see("/own")).page.forms[0].fields["form"]}
        assert (await reader.post(RECEIVE, own)).status == 403
    assert (await kept(world, filing)).state is FilingState.DELIVERED


async def test_systems_have_no_business_here(reader: Reader, hayashi: Person) -> None:
    assert (await reader.be(hayashi.token).see("/filings")).status == 403
    assert "/filings" not in (await reader.see("/")).page.links


async def test_long_lists_come_in_pages_and_a_page_of_boxes_fits_a_form(console: Browser) -> None:
    console.sign_in()
    vault, now = console.vault, console.vault.clock.now()
    rows = tuple(
        m.FilingRow(
            vault.new_id(),
            12,
            "株式会社ABC商事",
            "loss",
            "2026-06-09",
            f"<{number}>.pdf",
            9,
            FilingState.DELIVERED,
            ScanState.UNSCANNED,
            "",
            now,
            "",
            now,
            0,
        )
        for number in range(40)
    )
    vault.instead[m.ListFilings] = lambda message: m.FilingPage(rows[: message.limit], "next-page")
    vault.instead[m.ReceiveFiling] = lambda message: m.FilingNow(message.filing, FilingState.RECEIVED)
    query = f"office={vault.offices[0].id}&state=open&type=loss&order=due"
    page = Seen("/filings", 200, "", (await console.get(f"/filings?{query}&after=here")).text)
    assert f"/filings?{query}&after=next-page" in page.page.links and "<0>" not in page.html
    fields = marked(page, *(row.id for row in rows))
    answer = await console.post(RECEIVE, fields)
    commands = {one.message.command for one in vault.asked if isinstance(one.message, m.ReceiveFiling)}
    assert answer.status == 303 and len(commands) == 40


async def test_what_would_stop_all_of_them_stops_at_once(console: Browser) -> None:
    console.sign_in()
    console.vault.refusal[m.ReceiveFiling] = Refused(Why.AWAY)
    fields = {"form": console.form, "command": "c" * 26, "mark." + "a" * 26: "x", "mark." + "b" * 26: "y"}
    assert (await console.post(RECEIVE, fields)).status == 503
    assert console.vault.kinds().count("ReceiveFiling") == 1
