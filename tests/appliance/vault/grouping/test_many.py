# SPDX-License-Identifier: Apache-2.0
"""Fifty clients in one hand, all at once: nothing of one of them ever shows under another."""

import asyncio
import dataclasses
import hashlib

import msgspec
import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.words import FilingState, Site
from appliance.vault.records.tables import filings
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import begun, put_filing, register_zip_password, submission
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.world import Person, World
from tests.pdf import pdf

CLIENTS = 50
HANDS = 5


def mark(number: int) -> str:
    """What stands in everything that is of one client, and in nothing else."""
    return f"顧客{number:04d}号"


@dataclasses.dataclass(frozen=True)
class Client:
    """One client: its number, its office, what it got and what it is about to send."""

    number: int
    office: str
    notice: str
    content: bytes
    filing: str

    @property
    def name(self) -> str:
        """The name of the file that is sent for it."""
        return f"20260609_{self.number:04d}_加入者資格取得届.pdf"


@pytest.fixture
async def clients(world: World) -> list[Client]:
    """Fifty offices, each with a notice and a filing that bear its mark."""
    clerk, made = await world.clerk(), []
    for number in range(101, 101 + CLIENTS):
        office = await world.office(number)
        await register_zip_password(world, office, f"zip-{number}-Secret1")
        content = pdf(number, 400)
        notice = await clerk.deliver(office, content)
        filing = await put_filing(
            world, office, FilingState.UPLOADED, file_name=f"{mark(number)}.pdf", note=mark(number)
        )
        made.append(Client(number, office, notice, content, filing))
    return made


@pytest.fixture
async def hands(world: World, clients: list[Client]) -> list[Person]:
    """Five people of one firm, each of whom serves all of them."""
    firm = await world.office(9)
    people = [await world.visitor(firm, f"Sharo{number:04d}") for number in range(HANDS)]
    for person in people:
        await delegated(world, person, *(client.office for client in clients))
    return people


def traces_of(client: Client) -> tuple[str, ...]:
    """By what an answer that is about a client gives itself away."""
    return mark(client.number), client.office, client.notice, client.filing, f"事業所{client.number}"


def others_in(said: object, own: Client, clients: list[Client]) -> list[int]:
    """The numbers of the clients of which an answer says anything, although it is not theirs."""
    text = msgspec.json.encode(said).decode()
    return [one.number for one in clients if one is not own and any(map(text.__contains__, traces_of(one)))]


async def look_around(world: World, person: Person, client: Client, clients: list[Client]) -> None:
    """Everything that is shown of one client, with nothing of another."""
    asked = (m.OpenMenu(), m.ListNotices(), m.ListFilings(), m.ReadMonth(""), m.ReadHistory(0, 50), m.ReadOwn())
    for message in asked:
        reply = await world.answer(Site.PORTAL, message, token=person.token)
        assert reply.visitor is not None and reply.visitor.office_number == client.number
        assert others_in(reply.message, client, clients) == [], type(message).__name__
    detail: m.FilingDetail = await person.ask(m.ReadFiling(client.filing))
    assert detail.note == mark(client.number)
    assert (await person.download(client.notice))[1] == client.content


async def work(world: World, person: Person, client: Client, clients: list[Client]) -> str:
    """Switch to a client, look at everything, send one filing; its id."""
    await switched(person, client.office)
    await look_around(world, person, client, clients)
    content = small_pdf(client.name)
    upload = await begun(person, content, client.name)
    reply: m.Submitted = await person.ask(submission(upload, content))
    [filed] = reply.filings
    return filed.filing


async def test_five_people_work_for_fifty_clients_at_once(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    sent: dict[str, int] = {}

    async def day_of(person: Person, mine: list[Client]) -> None:
        for client in mine:
            sent[await work(world, person, client, clients)] = client.number

    async with asyncio.TaskGroup() as group:
        for number, person in enumerate(hands):
            group.create_task(day_of(person, clients[number::HANDS]))
    assert len(sent) == CLIENTS
    numbers = {client.office: client.number for client in clients}
    for id, number in sent.items():
        kept = await world.core.read(lambda snapshot, id=id: filings.get(snapshot, id))  # type: ignore[misc]
        assert kept is not None
        assert (numbers[kept.office], f"_{number:04d}_" in kept.file_name) == (number, True)
        assert kept.sha256 == hashlib.sha256(small_pdf(kept.file_name)).digest()


async def test_one_person_in_many_tabs_ends_up_in_one_office(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    """Twenty tabs choose at once: one of them wins, and all others learn that they did not."""
    person = hands[0]

    async def choose(client: Client) -> m.Switched | None:
        try:
            done: m.Switched = await person.ask(m.SwitchOffice(client.office))
        except Refused as refused:
            assert refused.text == "grouping.switched"
            return None
        return done

    done = await asyncio.gather(*(choose(client) for client in clients[:20]))
    [won] = [one for one in done if one is not None]
    person.token = won.token
    [chosen] = [client for client in clients if client.number == won.number]
    await look_around(world, person, chosen, clients)


async def test_reading_while_another_tab_switches_is_of_one_office_or_refused(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    person = await switched(hands[0], clients[0].office)
    before = person.token

    async def read(_number: int) -> None:
        try:
            reply = await world.answer(Site.PORTAL, m.ListFilings(), token=before)
        except Refused as refused:
            assert refused.text == "grouping.switched"
            return
        assert reply.visitor is not None and reply.visitor.office_number == clients[0].number
        assert others_in(reply.message, clients[0], clients) == []

    async with asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(read(number))
            if number == 10:
                group.create_task(person.ask(m.SwitchOffice(clients[1].office)))


async def test_whatever_is_of_one_is_not_there_under_another(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    person = await switched(hands[0], clients[0].office)
    content = small_pdf(clients[0].name)
    upload = await begun(person, content, clients[0].name)
    await switched(person, clients[1].office)
    foreign = clients[0]
    for message in (
        m.ReadFiling(foreign.filing),
        m.DownloadFiling(foreign.filing),
        m.ApproveFiling(foreign.filing, bytes(32), ""),
        m.CancelFiling(foreign.filing, ""),
        m.AskApproval(foreign.filing),
        m.DownloadNotice(foreign.notice),
        submission(upload, content),
    ):
        refused = await person.refused(Why.NOT_FOUND, message)
        assert refused.text == "refused.not_found", type(message).__name__
    page: m.HistoryPage = await person.ask(m.ReadHistory(0, 50, thing=foreign.filing))
    assert {(row.office, row.actor) for row in page.rows} == {(clients[1].office, person.account)}, "own attempts"


async def test_what_was_done_stands_in_the_right_history(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    first, second = clients[:2]
    await work(world, hands[0], first, clients)
    await work(world, hands[0], second, clients)
    entries = await world.journal(Kind.FILING_UPLOADED, Kind.NOTICE_DOWNLOAD_STARTED, Kind.FILING_LIST_READ)
    done = [(one.office, one.actor) for one in entries if one.result is Result.DONE]
    assert set(done) == {(first.office, hands[0].account), (second.office, hands[0].account)}
    admin = await world.visitor(first.office, "Admin101")
    page: m.HistoryPage = await admin.ask(m.ReadHistory(0, 200))
    names = {row.actor_name for row in page.rows if row.kind is Kind.FILING_UPLOADED}
    assert names == {"利用者Sharo0000（事業所9）"}
    assert others_in(page, first, clients) == []


async def test_the_list_names_all_of_them_and_costs_no_more_than_it_shows(
    world: World, clients: list[Client], hands: list[Person]
) -> None:
    page: m.ServedPage = await hands[0].ask(m.ListServed(limit=20))
    assert (len(page.rows), page.after, page.count) == (20, 20, CLIENTS + 1)
    seen = [row.number for row in page.rows]
    while page.after:
        page = await hands[0].ask(m.ListServed(after=page.after, limit=20))
        seen += [row.number for row in page.rows]
    assert seen == [9, *range(101, 101 + CLIENTS)]
