# SPDX-License-Identifier: Apache-2.0
"""Offices that have just got a contract, written as rooms of the vault do it."""

from dataclasses import replace
from typing import Any

from appliance.link.envelope import Asserted, Call
from appliance.link.messages import BY_SHAPE, AddContract
from appliance.model.things import Office
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.issuing.contract import NewContract, PlannedContract, plan_contract, write_contract
from appliance.vault.records.issuing_tables import SealedLetter
from tests.appliance.vault.world import World

NEW = NewContract(1, "さくら商事", 2, "Sakura01", "佐倉 花子", "サクラ ハナコ", "hana@example.jp")


def caller_of(world: World, actor: str = "admin") -> Caller:
    """Somebody at the vault's own host."""
    call = Call(Site.ADMIN, BY_SHAPE[AddContract], object(), "request", asserted=Asserted("127.0.0.1"))
    return Caller(call, world.clock.now(), world.random.bytes(32), actor=actor)


def planned(world: World, **changes: Any) -> PlannedContract:
    """A contract that is not written yet."""
    return plan_contract(world.core, caller_of(world), replace(NEW, **changes))


async def written(world: World, plan: PlannedContract) -> Office:
    """Write it."""
    caller = caller_of(world)
    return await world.core.commit(lambda txn: write_contract(world.core, txn, caller, plan))


async def new_office(world: World, **changes: Any) -> tuple[Office, SealedLetter]:
    """An office, and its letter."""
    plan = planned(world, **changes)
    return await written(world, plan), plan.letter
