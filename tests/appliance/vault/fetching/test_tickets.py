# SPDX-License-Identifier: Apache-2.0
"""A ticket: what it opens, what it does not, and everything that ends it."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.model.words import Site
from appliance.vault.admission import token_hash
from appliance.vault.issuing.download_keys import give_download_key
from appliance.vault.records.tables import visits
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.world import PEPPER


async def test_only_the_hash_of_its_token_is_kept(holder: Holder) -> None:
    opened = await holder.world.ask(Site.PUBLIC, holder.typing())
    kept = await holder.world.core.read(lambda snapshot: visits.get(snapshot, token_hash(PEPPER, opened.token)))
    assert kept is not None and (kept.account, kept.office, kept.site) == ("", holder.office.id, Site.PUBLIC)
    assert opened.ends_at == holder.world.clock.now() + 30 * MINUTE
    rows = await holder.world.rows()
    assert not any(opened.token.encode() in value for value in rows.values())
    assert opened.token not in repr(opened) and opened.form not in repr(opened)


async def test_each_ticket_is_another(holder: Holder) -> None:
    tokens = {(await holder.open()).token for _ in range(3)}
    assert len(tokens) == 3, "nobody can be given one beforehand"
    for token in tokens:
        assert await holder.world.ask(Site.PUBLIC, m.ReadCounter(), token=token)


async def test_after_half_an_hour_it_is_over(holder: Holder) -> None:
    await holder.open()
    holder.world.clock.move(30 * MINUTE - 1)
    assert await holder.ask(m.ReadCounter())
    holder.world.clock.move(1)
    await holder.refused(Why.NOT_SIGNED_IN, m.ReadCounter())


async def test_leaving_ends_it_at_once(holder: Holder) -> None:
    await holder.open()
    await holder.ask(m.LeaveCounter())
    await holder.refused(Why.NOT_SIGNED_IN, m.ReadCounter())
    assert (await holder.world.journal(Kind.COUNTER_LEFT))[-1].office == holder.office.id


async def test_a_new_letter_ends_it_at_once(holder: Holder) -> None:
    core = holder.world.core
    await holder.open()
    await core.commit(lambda txn: give_download_key(core, txn, holder.office.id, "freshKey", core.clock.now()))
    refused = await holder.refused(Why.NOT_SIGNED_IN, m.ReadCounter())
    assert getattr(refused, "reason", "") == "the download key is another"


async def test_a_lock_that_others_caused_does_not_end_it(holder: Holder) -> None:
    await holder.open()
    for _ in range(6):
        await holder.wrong(source="198.51.100.7")
    assert await holder.ask(m.ReadCounter())


async def test_the_link_of_the_site_cut_off_ends_it(holder: Holder) -> None:
    await holder.open()
    await holder.world.admin(m.CutLink(Site.PUBLIC))
    await holder.refused(Why.NOT_SIGNED_IN, m.ReadCounter())


async def test_it_is_good_at_the_public_site_alone(holder: Holder) -> None:
    await holder.open()
    for site, message in ((Site.PORTAL, m.OpenMenu()), (Site.CONSOLE, m.OpenMenu())):
        await holder.world.refused(Why.NOT_SIGNED_IN, site, message, token=holder.token)


async def test_no_visit_of_a_person_is_good_here(holder: Holder) -> None:
    user = await holder.world.visitor(await holder.world.office(7))
    await holder.world.refused(Why.NOT_SIGNED_IN, Site.PUBLIC, m.ReadCounter(), token=user.token)


@pytest.mark.parametrize("message", [m.LeaveCounter(), m.SendCodes((m.SentFile("a.txt", b"a"),), "c" * 20)])
async def test_a_change_needs_the_form_token_of_this_very_ticket(holder: Holder, message: object) -> None:
    other = await (await holder_of(holder.world, number=2, login="Suzuki02")).open()
    opened: m.CounterOpened = await holder.world.ask(Site.PUBLIC, other.typing())
    await holder.open()
    for form in ("", opened.form, "x" * 64):
        await holder.refused(Why.FORGED, message, form=form)
