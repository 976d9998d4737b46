# SPDX-License-Identifier: Apache-2.0
"""Delivering with the plain form, with the real vault behind it."""

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.problems import Problem, Rule
from appliance.model.time import HOUR
from appliance.web.problems import troubles
from appliance.web.texts import Texts
from tests.appliance.vault.people.folk import enter_console
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.exchange import auditor, clerk, releaser, stranger, user
from tests.appliance.web.whole import Reader
from tests.pdf import pdf

__all__ = ["auditor", "clerk", "releaser", "stranger", "user"]

NEW = "/notices/new"


async def filled(reader: Reader, **changed: str) -> dict[str, str]:
    """The form of somebody who is in, filled in."""
    fields = (await reader.see(NEW)).page.form(NEW).fields
    fields.pop("file")
    return {**fields, "type": "payment_notice", "period": "2026-05", **changed}


async def listed(person: Person) -> list[m.NoticeRow]:
    """What an office has."""
    return list((await person.ask(m.ListNotices())).rows)


async def test_a_document_reaches_each_office_byte_for_byte(
    reader: Reader, world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    await world.office(3)
    body = pdf(7, 5000)
    fields = await filled(reader.be(clerk.token), to="several", numbers="1, 2")
    sent = await reader.send(NEW, fields, body, "通知.pdf")
    assert sent.to == "/notices?delivered=2"
    for person in (user, stranger):
        [row] = await listed(person)
        assert (await person.download(row.id))[1] == body
    assert len(await world.journal(Kind.NOTICE_DELIVERED)) == 2
    # The very same form once more, as a reload sends it.
    assert (await reader.send(NEW, fields, body, "通知.pdf")).to == sent.to
    assert len(await world.journal(Kind.NOTICE_DELIVERED)) == 2
    assert [len(await listed(person)) for person in (user, stranger)] == [1, 1]


@pytest.mark.parametrize(
    ("type", "name", "content", "rule"),
    [
        ("payment_notice", "通知.pdf", b"%PDF-1.7 nonsense", Rule.PDF_NONE),
        ("payment_notice", "通知.csv", b"a,b\r\n", Rule.CONTENT_FORMAT),
        ("balance_data", "残高.csv", b"a\x00b\r\n", Rule.CSV_NONE),
    ],
)
async def test_what_is_no_such_document_is_told_with_what_to_do(
    reader: Reader, user: Person, clerk: Person, type: str, name: str, content: bytes, rule: Rule
) -> None:
    fields = await filled(reader.be(clerk.token), office=user.office, type=type)
    sent = await reader.send(NEW, fields, content, name)
    [trouble] = troubles(Texts.load(), [Problem(rule)])
    assert sent.status == 422 and trouble.what in sent.text
    assert f'"{type}" selected' in sent.html and f'"{user.office}" selected' in sent.html
    assert await listed(user) == []


async def test_a_table_is_delivered_where_the_kind_has_it(reader: Reader, user: Person, clerk: Person) -> None:
    fields = await filled(reader.be(clerk.token), office=user.office, type="balance_data")
    assert (await reader.send(NEW, fields, "番号,残高\r\n1,100\r\n".encode(), "残高.csv")).status == 303
    assert [row.type for row in await listed(user)] == ["balance_data"]


async def test_who_may_not_deliver_is_told_so(
    reader: Reader, user: Person, clerk: Person, releaser: Person, desk: Person, auditor: Person
) -> None:
    fields = await filled(reader.be(clerk.token), office=user.office)
    for person in (releaser, desk, auditor):
        token = (await reader.be(person.token).see("/")).page.form("/sign-out").fields["form"]
        sent = await reader.send(NEW, {**fields, "form": token}, pdf(1, 500), "通知.pdf")
        assert sent.status == 403, person.login
    assert await listed(user) == []


async def test_a_form_that_came_too_late_is_given_back_without_its_file(
    reader: Reader, world: World, user: Person, clerk: Person
) -> None:
    fields = await filled(reader.be(clerk.token), office=user.office, period="2026-04")
    world.clock.move(9 * HOUR)
    ended = await reader.send(NEW, fields, pdf(1, 500), "通知.pdf")
    assert ended.status == 401 and await world.journal(Kind.NOTICE_DELIVERED) == []
    assert ended.page.form(NEW).fields["period"] == "2026-04"
    reader.be((await enter_console(clerk)).token)
    again = await reader.post(NEW, ended.page.form(NEW).fields)
    assert again.page.form(NEW).fields["period"] == "2026-04", again.text
    assert f'"{user.office}" selected' in again.html and 'id="file-fault"' in again.html
