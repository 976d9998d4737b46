# SPDX-License-Identifier: Apache-2.0
"""Who is told of a lock."""

from appliance.model.things import Lock
from appliance.model.time import HOUR
from appliance.model.words import Role
from appliance.vault.fetching.telling import tell_of_lock
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import admin_of
from tests.appliance.vault.world import World


async def test_the_admin_alone_is_told_and_once(world: World, office: str) -> None:
    staff = await world.user(office, "Tanaka02", Role.OFFICE_STAFF)
    now = world.clock.now()
    lock = Lock(6, 1, locked_until=now + HOUR)
    assert await world.core.read(lambda snapshot: admin_of(snapshot, office)) is None
    await world.core.commit(lambda txn: tell_of_lock(txn, office, lock, now))
    admin = await world.user(office)
    for _ in range(2):
        await world.core.commit(lambda txn: tell_of_lock(txn, office, lock, now))
    assert len(await world.letters(admin.account, LetterKind.COUNTER_LOCKED)) == 1
    assert await world.letters(staff.account, LetterKind.COUNTER_LOCKED) == []
