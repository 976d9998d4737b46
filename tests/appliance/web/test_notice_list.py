# SPDX-License-Identifier: Apache-2.0
"""The lists of notices in front of the real vault: narrowed, turned round, page after page, and no end of it."""

import dataclasses
from collections.abc import Mapping

import pytest

from appliance.link import messages as m
from appliance.model.things import Notice
from appliance.model.time import DAY
from appliance.model.words import NoticeState
from appliance.vault.records.tables import notices
from appliance.web.narrowed import Narrowed, said_order
from appliance.web.notice_list import ORDERS, PLACE, asked_for, notice_filters
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.portal_with_vault import admin, reader, world
from tests.appliance.web.whole import Reader, Seen

__all__ = ["admin", "reader", "world"]


def chosen(browser: Browser, fields: Mapping[str, str]) -> Narrowed:
    return Narrowed.of(PLACE, notice_filters(browser.website.house), fields)


async def test_every_field_reaches_the_vault(portal: Browser) -> None:
    fields = {"state": "unread", "type": "receipt", "period": "2026-05", "month": "2026/6", "search": "山田"}
    asked = asked_for(chosen(portal, {**fields, "order": "old"}), "here", 40)
    assert asked == m.ListNotices(
        "",
        "here",
        40,
        "receipt",
        "2026-05",
        "2026-06",
        NoticeState.DELIVERED,
        "山田",
        oldest_first=True,
    )
    assert asked_for(chosen(portal, {}), "", 40) == m.ListNotices(limit=40)


async def test_the_order_is_a_sentence(portal: Browser) -> None:
    assert "古いもの" in said_order(chosen(portal, {"order": "old"}), ORDERS)
    assert "新しいもの" in said_order(chosen(portal, {}), ORDERS)


async def put(world: World, model: Notice, count: int) -> list[str]:
    """So many notices like this one, the newest first: every tenth is of another kind and month, and received."""
    made = [
        dataclasses.replace(
            model,
            id=world.core.new_id(),
            delivered_at=model.delivered_at + number * DAY // 100,
            file_name=f"{'領収' if number % 10 == 0 else '通知'}_{number}.pdf",
            type="receipt" if number % 10 == 0 else model.type,
            state=NoticeState.RECEIVED if number % 10 == 0 else NoticeState.DELIVERED,
        )
        for number in range(count)
    ]
    for start in range(0, count, 250):
        some = made[start : start + 250]

        def write(txn, some: list[Notice] = some) -> None:  # type: ignore[no-untyped-def]
            for one in some:
                notices.put(txn, one)

        await world.core.commit(write)
    return [one.id for one in reversed(made)]


@pytest.fixture
async def model(world: World, admin: Person) -> Notice:
    """A notice to be multiplied."""
    clerk = await world.clerk()
    notice = await world.notice(await clerk.deliver(admin.office))
    await world.core.commit(lambda txn: notices.delete(txn, notice.id))
    assert isinstance(notice, Notice)
    return notice


def shown(seen: Seen) -> list[str]:
    """The ids of the lines."""
    return [link.partition("=")[2] for link in seen.page.links if link.startswith("/history?thing=")]


def following(seen: Seen) -> str:
    """Where the list goes on, "" at its end."""
    return next((link for link in seen.page.links if "after=" in link), "")


async def test_page_after_page_keeps_what_was_chosen(
    reader: Reader, world: World, admin: Person, model: Notice
) -> None:
    made = await put(world, model, 100)
    reader.be(admin.token)
    seen = await reader.see("/notices?state=unread&order=old&search=%E9%80%9A%E7%9F%A5")
    wanted = [id for number, id in enumerate(reversed(made)) if number % 10]
    found = shown(seen)
    while following(seen):
        assert "state=unread&search=%E9%80%9A%E7%9F%A5&order=old&after=" in following(seen)
        seen = await reader.see(following(seen))
        found += shown(seen)
        assert 'value="old" selected' in seen.html and 'value="通知"' in seen.html
    assert found == wanted
    assert "古いものから順に表示しています。" in seen.text and "/notices?state=unread" in str(seen.page.links)


async def test_a_search_that_looked_at_much_says_so_and_goes_on(
    reader: Reader, world: World, admin: Person, model: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.narrowing.MAX_LOOKED", 30)
    made = await put(world, model, 65)
    seen = await reader.be(admin.token).see(f"/notices?search=_{0}.pdf")
    assert (
        shown(seen) == [] and "ここまでには、条件に合うものがありません" in seen.text and "続きを探す" in seen.text
    )
    seen = await reader.see(following(seen))
    seen = await reader.see(following(seen))
    assert shown(seen) == [made[-1]] and not following(seen)
    short = await reader.see("/notices?type=receipt")
    assert len(shown(short)) == 3 and "続きを探す" in short.text and "次のページ" not in short.text


async def test_nothing_found_is_not_nothing_there(
    reader: Reader, world: World, admin: Person, model: Notice
) -> None:
    seen = await reader.be(admin.token).see("/notices?search=x")
    assert "条件に合うものはありません" in seen.text and "/notices" in seen.page.links
    assert "まだ帳票は届いていません" not in seen.text
    assert "まだ帳票は届いていません" in (await reader.see("/notices?order=old")).text


async def test_marks_that_were_forgotten_leave_the_list_as_it_was(
    reader: Reader, world: World, admin: Person, model: Notice
) -> None:
    await put(world, model, 50)
    seen = await reader.be(admin.token).see("/notices?type=receipt&order=old")
    again = await reader.fill(seen, "/notices/together")
    assert again.status == 422 and shown(again) == shown(seen) and len(shown(seen)) == 5


@pytest.mark.parametrize("query", ["state=delivered", "type=nothing", "order=due", "state=<b>"])
async def test_what_the_list_does_not_offer(reader: Reader, admin: Person, query: str) -> None:
    assert (await reader.be(admin.token).see(f"/notices?{query}")).status == 404


@pytest.mark.parametrize("query", ["period=2026-13", "month=x", "search=" + "x" * 101])
async def test_what_nobody_can_look_for(reader: Reader, admin: Person, query: str) -> None:
    seen = await reader.be(admin.token).see(f"/notices?{query}")
    assert seen.status == 422 and ("年月を確かめて" in seen.text or "探す言葉が長すぎ" in seen.text)


async def test_the_last_page_of_ten_thousand_costs_what_the_first_does(
    reader: Reader, world: World, admin: Person, model: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await put(world, model, 10_000)
    reads: list[int] = []
    real = world.store.read

    async def counting(work):  # type: ignore[no-untyped-def]
        def counted(view):  # type: ignore[no-untyped-def]
            class Counted:
                def get(self, key: bytes) -> bytes | None:
                    reads[-1] += 1
                    found: bytes | None = view.get(key)
                    return found

                def scan(self, *place, **how) -> list[tuple[bytes, bytes]]:  # type: ignore[no-untyped-def]
                    found: list[tuple[bytes, bytes]] = view.scan(*place, **how)
                    reads[-1] += len(found)
                    return found

            return work(Counted())

        return await real(counted)

    monkeypatch.setattr(world.store, "read", counting)
    reader.be(admin.token)
    costs = []
    for path in ("/notices", f"/notices?after={made[-20]}", "/notices?order=old", f"/notices?after={made[5_000]}"):
        await reader.see(path)
        reads.append(0)
        seen = await reader.see(path)
        costs.append(reads[-1])
        assert shown(seen), path
    assert max(costs) <= costs[0] + 10 and costs[0] < 250


async def test_names_of_all_kinds_stand_in_the_list_and_change_nothing_else(
    reader: Reader, world: World, admin: Person, model: Notice
) -> None:
    names = ["漢" * 50 + ".pdf", "𠮷.pdf", "evil\u202efdp.exe", "a" * 300, '"><script>x</script>.pdf', "=1+1.pdf"]
    for number, name in enumerate(names):
        one = dataclasses.replace(model, id=world.core.new_id(), file_name=name, delivered_at=number)
        await world.core.commit(lambda txn, one=one: notices.put(txn, one))  # type: ignore[misc]
    seen = await reader.be(admin.token).see("/notices")
    for name in names:
        assert name in seen.text, name
    assert seen.html.count("<bdi>") >= len(names) and "<bdi>evil\u202efdp.exe</bdi>" in seen.html
    assert "<script>x" not in seen.html
    assert len(shown(await reader.see("/notices?search=%F0%A0%AE%B7"))) == 1
    assert len(shown(await reader.see("/notices?search=fdp"))) == 1
