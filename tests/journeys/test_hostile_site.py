# SPDX-License-Identifier: Apache-2.0
"""A site in other hands can do what its visitors do while they are there, and nothing for anybody else."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import NoticeState, Site
from tests.journeys.afterwards import journal
from tests.journeys.courier import Document, delivered
from tests.journeys.guests import empty, guest, rows_for
from tests.journeys.installation import Installation


async def test_every_message_from_every_wrong_site_is_refused_and_journaled(fund: Installation) -> None:
    fund.start("vault")
    sent: dict[Site, list[str]] = {site: [] for site in Site}
    for site, names in sent.items():
        async with guest(fund, site) as attacker:
            for row in m.MESSAGES:
                if site not in row.sites:
                    assert await attacker.refusal(row, empty(row.shape)) is Why.NOT_HERE
                    names.append(f"wrong site: {row.name}")
    assert fund.processes[0].stop() == 0
    refused = [entry for entry in await journal(fund) if entry.kind is Kind.REQUEST_REFUSED]
    # One entry a site and minute: a flood is counted, and its first words are kept.
    for site, names in sent.items():
        here = [entry for entry in reversed(refused) if entry.site == site]
        assert sum(entry.count for entry in here) == len(names) > 0
        reasons = ", ".join(entry.reason for entry in here).split(", ")
        assert reasons == names[: len(reasons)]


@pytest.mark.parametrize("site", [Site.PORTAL, Site.CONSOLE])
async def test_without_a_token_or_with_an_invented_one_a_site_can_do_nothing(
    running: Installation, site: Site
) -> None:
    async with guest(running, site) as attacker:
        for attacker.token in ("", "invented", "x" * 43, "\x00", "あ" * 200):
            for row in rows_for(site):
                if row.visit:
                    assert await attacker.refusal(row, empty(row.shape)) is Why.NOT_SIGNED_IN


async def test_a_token_opens_nothing_at_another_site(running: Installation) -> None:
    async with (
        guest(running, Site.CONSOLE, running.staff) as staff,
        guest(running, Site.PORTAL, running.user) as user,
    ):
        staff.link, user.link = user.link, staff.link
        for site, stolen in ((Site.PORTAL, staff), (Site.CONSOLE, user)):
            for row in rows_for(site):
                if row.visit:
                    assert await stolen.refusal(row, empty(row.shape)) is Why.NOT_SIGNED_IN
        staff.link, user.link = user.link, staff.link
        assert await user.ask(m.OpenMenu()) == m.Menu(0, False)


async def test_with_the_token_of_another_office_a_notice_is_as_unknown_as_none(fund: Installation) -> None:
    fund.start()
    notice = await delivered(fund, Document.of(1, 1000))
    async with guest(fund, Site.PORTAL, fund.user) as user, guest(fund, Site.PORTAL, fund.other) as other:
        office = (await user.ask(m.ListNotices())).rows[0]
        started, content = await user.download(m.DownloadNotice(notice))
        rows = {row.shape: row for row in m.MESSAGES}
        for message in (m.DownloadNotice(notice), m.DownloadFinished(started.download, len(content))):
            assert await other.refusal(rows[type(message)], message) is Why.NOT_FOUND
        assert (await other.ask(m.ListNotices(office=office.id))).rows == ()
        with pytest.raises(Refused, match="not_found"):
            await other.ask(m.ListNotices(after=notice))
        seen = (await other.ask(m.ReadHistory(office=office.id))).rows
        assert {row.office_name for row in seen} == {"第2事業所"}
        assert not [row for row in seen if "document" in str(row.personal)]
        assert (await user.ask(m.ListNotices())).rows[0].state is NoticeState.DELIVERED
        await user.ask(m.DownloadFinished(started.download, len(content)))
        assert (await user.ask(m.ListNotices())).rows[0].state is NoticeState.RECEIVED


async def test_a_token_that_was_kept_is_worth_nothing_after_signing_out(running: Installation) -> None:
    async with guest(running, Site.PORTAL, running.user) as user:
        await user.ask(m.SignOut())
        for row in rows_for(Site.PORTAL):
            if row.visit:
                assert await user.refusal(row, empty(row.shape)) is Why.NOT_SIGNED_IN


async def test_a_token_that_was_kept_is_worth_nothing_after_its_time(fund: Installation) -> None:
    fund.start("vault")
    async with guest(fund, Site.PORTAL, fund.user) as user, guest(fund, Site.ADMIN) as admin:
        assert await user.ask(m.OpenMenu()) == m.Menu(0, False)
        await admin.ask(m.MoveClock(90 * 60))
        for row in rows_for(Site.PORTAL):
            if row.visit:
                assert await user.refusal(row, empty(row.shape)) is Why.NOT_SIGNED_IN


async def test_a_change_without_the_form_token_or_with_another_visits_is_refused(running: Installation) -> None:
    async with (
        guest(running, Site.PORTAL, running.user) as user,
        guest(running, Site.PORTAL, running.other) as other,
        guest(running, Site.CONSOLE, running.staff) as staff,
    ):
        for site, person in ((Site.PORTAL, user), (Site.CONSOLE, staff)):
            for person.form in ("", "x", other.form, other.token):
                for row in rows_for(site):
                    if row.changes:
                        assert await person.refusal(row, empty(row.shape)) is Why.FORGED


async def test_cutting_a_link_ends_every_visit_of_that_site_and_of_no_other(fund: Installation) -> None:
    fund.start("vault")
    async with (
        guest(fund, Site.PORTAL, fund.user) as user,
        guest(fund, Site.PORTAL, fund.other) as other,
        guest(fund, Site.CONSOLE, fund.staff) as staff,
    ):
        assert await fund.renkei("link", "cut", "portal") == "2 visits ended"
        for person in (user, other):
            with pytest.raises(Refused, match="not_signed_in"):
                await person.ask(m.OpenMenu())
        assert await staff.ask(m.OpenMenu()) == m.Menu(0, False)
