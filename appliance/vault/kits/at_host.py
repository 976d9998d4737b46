# SPDX-License-Identifier: Apache-2.0
"""Kits at the vault's own host: what builders can make, and one made by hand (ListKits, MakeKit)."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from appliance.contracts.kit import Kit, KitNotBuilt
from appliance.link.messages import KitBuilderNow, KitList, KitMade, KitNow, ListKits, MakeKit
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.devices.at_host import contracted
from appliance.vault.kits.offering import OfferedKit, offered, open_kit
from appliance.vault.kits.ordering import builders
from appliance.vault.reception import Desk


async def list_kits(core: Core, caller: Caller, message: ListKits) -> KitList:
    """What each builder lacks, and the kits of one office. Raises Refused NOT_FOUND."""
    office, rows = None, []
    if message.contract_number:
        office = await core.read(lambda snapshot: contracted(snapshot, message.contract_number))
        rows = [_row(kit) for kit in await offered(core, office)]
    entry = caller.entry(thing=office.id if office else "")
    await core.commit(lambda txn: txn.journal(entry))
    able = [
        KitBuilderNow(one.name, one.platform.name, one.platform.version, one.missing)
        for one in await builders(core)
    ]
    work = core.kits
    return KitList(tuple(able), tuple(rows), work.built, work.failed, work.different)


def _row(kit: OfferedKit) -> KitNow:
    return KitNow(kit.seat, kit.platform, kit.file_name, kit.size, kit.made_on, kit.missing)


async def make_kit(core: Core, caller: Caller, message: MakeKit) -> Streamed:
    """One kit; that it was made is durable before its first byte leaves. Raises Refused as open_kit()."""
    office = await core.read(lambda snapshot: contracted(snapshot, message.contract_number))
    kit = await open_kit(core, office, message.seat, message.builder)
    entry = caller.entry(thing=office.id, office=office.id, reason=kit.file_name, sha256=kit.sha256)
    await core.commit(lambda txn: txn.journal(entry))
    return Streamed(KitMade(kit.file_name, kit.size, kit.sha256.hex()), _sent(kit), kit.size)


async def _sent(kit: Kit) -> AsyncGenerator[bytes, None]:
    pieces: AsyncIterator[bytes] = kit.chunks()
    try:
        async for piece in pieces:
            yield piece
    except KitNotBuilt as error:
        raise Refused(Why.FAILED) from error


KIT_DESKS: Mapping[type, Desk] = {ListKits: Desk(list_kits), MakeKit: Desk(make_kit)}
