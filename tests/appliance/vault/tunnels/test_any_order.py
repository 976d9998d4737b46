# SPDX-License-Identifier: Apache-2.0
"""Whatever happens in any order: nothing passes beyond its deadline, no bar is lost, drift tells the truth."""

import asyncio
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from renkei_policy_hours import PolicyHours

from appliance.config.tunnel_settings import Tunnels as Settings
from appliance.contracts.plugin import NoSettings
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office, Suspension
from appliance.model.time import HOUR, MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.testing.services import fake_services
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.noticing import SETTLED_SECONDS
from appliance.vault.tunnels.present import sessions_of
from appliance.vault.tunnels.seats import admitted_bond
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import World, opened

TICK = 5
SEATS = (1, 2)
ACTS = (
    "connect",
    "connect",
    "connect_again",
    "vanish",
    "revoke",
    "activate",
    "block",
    "unblock",
    "suspend",
    "desk",
    "forward",
    "back",
    "gate_restart",
    "gate_away",
    "gate_back",
    "vault_restart",
    "lie",
    "tell_truth",
    "evening",
    "loop",
    "loop",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(SEATS), st.sampled_from((0, 7, 600, 3000))), max_size=12
)


@dataclass
class Story:
    """One order of events, with what has to hold after each."""

    tunnels: Tunnels
    office: Office
    bonds: dict[int, Bond] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    count: int = 0
    honest_since: float = 0.0
    began: float = 0.0
    restarts: int = 0

    @property
    def world(self) -> World:
        """Its vault."""
        return self.tunnels.world

    async def act(self, act: str, seat: int) -> None:
        """One event."""
        await getattr(self, act)(seat)

    async def connect(self, seat: int) -> None:
        """The PC of a seat connects."""
        if seat in self.bonds:
            session = self.tunnels.gate.connect(self.bonds[seat].claim.kit)
            self.since[session] = self.world.clock.monotonic()

    connect_again = connect

    async def loop(self, seat: int) -> None:
        """Its PC connects again and again, whatever becomes of it."""
        for _ in range(Settings().connects + 3):
            await self.connect(seat)
            self.world.clock.move(SECOND)
            await self.tunnels.round()

    async def vanish(self, seat: int) -> None:
        """The oldest line breaks."""
        for _, session in list(self.tunnels.gate.lines)[:1]:
            self.tunnels.gate.vanish(session)

    async def revoke(self, seat: int) -> None:
        """The fund ends the seat."""
        if self.bonds.pop(seat, None):
            await self.tunnels.scene.revoke(self.office, Ended.LOST, seat)

    async def activate(self, seat: int) -> None:
        """Another PC gets the seat."""
        if seat not in self.bonds:
            self.count += 1
            await self.tunnels.scene.open(self.office.id, seat)
            name = f"{seat}-{self.count}"
            self.bonds[seat] = await self.tunnels.scene.activated(self.office, seat, pc=f"pc-{name}", key=name)

    async def block(self, seat: int) -> None:
        """The fund keeps it out."""
        if seat in self.bonds:
            await self.tunnels.block(self.bonds[seat])

    async def unblock(self, seat: int) -> None:
        """The fund lets it in."""
        if seat in self.bonds:
            await self.tunnels.unblock(self.bonds[seat])

    async def suspend(self, seat: int) -> None:
        """The office is kept out, or let in again; its seats are looked at."""
        core = self.world.core

        def work(txn: Transaction) -> None:
            found = offices.get(txn, self.office.id)
            assert found is not None
            suspended = None if found.suspended else Suspension(core.clock.now(), "staff", "理由")
            offices.put(txn, replace(found, suspended=suspended))

        await core.commit(work)
        core.tunnels.look_at({self.office.id})

    async def desk(self, seat: int) -> None:
        """The fund ends what the seat has."""
        core = self.world.core
        found = await core.read(lambda snapshot: sessions_of(snapshot, self.office.id, seat))
        await end(core, found, Cause.DESK, by="staff", told="理由")

    async def forward(self, seat: int) -> None:
        """The clock is set forward."""
        self.world.clock.step(HOUR)

    async def back(self, seat: int) -> None:
        """The clock is set back."""
        self.world.clock.step(-HOUR)

    async def gate_restart(self, seat: int) -> None:
        """The gate is killed, and comes back."""
        self.tunnels.gate.restart()

    async def gate_away(self, seat: int) -> None:
        """The gate does not answer."""
        self.tunnels.gate.away = True
        self.world.core.tunnels.lose()

    async def gate_back(self, seat: int) -> None:
        """It does again."""
        self.tunnels.gate.away = False
        self.honest_since = self.world.clock.monotonic()

    async def vault_restart(self, seat: int) -> None:
        """The vault is killed, and comes back."""
        self.restarts += 1
        await self.tunnels.restart()

    async def lie(self, seat: int) -> None:
        """The gate's engines do nothing, and say that they did."""
        self.tunnels.gate.lies = True

    async def tell_truth(self, seat: int) -> None:
        """They do again what they say."""
        self.tunnels.gate.lies = False
        self.honest_since = self.world.clock.monotonic()

    async def evening(self, seat: int) -> None:
        """It is five minutes before closing."""
        of_day = (self.world.clock.now() + 9 * HOUR) % (24 * HOUR)
        self.world.clock.move(max(19 * HOUR + 55 * MINUTE - of_day, 0))

    # --- what has to hold -----------------------------------------------------------------------------------------

    async def pass_time(self, seconds: int) -> None:
        """With a report now and then: the keeper's own timer is that it goes round after each."""
        while seconds > 0:
            some = min(seconds, max(TICK, seconds // 3))
            self.world.clock.move(some * SECOND)
            seconds -= some
            await self.round()

    async def round(self) -> None:
        """A report, and then what has to hold."""
        await self.tunnels.round()
        self.tunnels.gate.show()
        await self.tunnels.quiet()
        await self.holds()

    def is_honest(self) -> bool:
        """Whether the gate has done what it is told for a tick, and the time in which that is waited for."""
        gate = self.tunnels.gate
        settled = self.world.clock.monotonic() - self.honest_since > TICK + SETTLED_SECONDS
        return settled and not (gate.lies or gate.away)

    async def holds(self) -> None:
        """No gate that does what it says lets anything through that the records do not."""
        gate, core = self.tunnels.gate, self.world.core
        now, monotonic = core.clock.now(), core.clock.monotonic()
        rows = await self.tunnels.rows()
        open_at = {row.address: row for row in rows if row.state is SessionState.OPEN}
        for address in gate.passing():
            session = gate.kernel[address][1][1]
            assert monotonic - self.since[session] <= 90 * 60 + TICK, "ninety minutes, whatever the clocks say"
            if self.is_honest():
                row = open_at.get(address)
                assert row is not None and now < row.ends_at + TICK * SECOND
        if self.is_honest():
            assert set(gate.seats) <= await core.read(self._allowed), "no bar is lost"
        assert all(now < row.ends_at for row in open_at.values()), "a deadline is written when it passes"
        self._no_loop(rows, monotonic)
        per_seat = [(row.office, row.seat) for row in open_at.values()]
        assert len(per_seat) == len(set(per_seat)), "one session a seat"

    def _no_loop(self, rows: list[TunnelSession], monotonic: float) -> None:
        """However often a PC comes, it is judged so often, and then kept out until its pause is over."""
        pauses, limits = self.world.core.tunnels.pauses, Settings()
        episodes = 1 + self.restarts + (monotonic - self.began) // (60 * limits.pause_minutes)
        for bond in self.bonds.values():
            came = sum(row.bond == bond.id for row in rows)
            assert came <= (limits.connects + 1) * episodes, "a loop does not fill the records"
            if self.is_honest() and pauses.is_out(bond.claim.kit):
                assert bond.claim.kit not in self.tunnels.gate.seats

    def _allowed(self, snapshot: Snapshot) -> set[str]:
        """How the engines call the seats whose PCs may connect."""
        found = [admitted_bond(snapshot, self.office.id, seat) for seat in SEATS]
        return {bond.claim.kit for bond in found if bond is not None}

    async def comes_to_rest(self) -> None:
        """Once everything does what it says, what is shown is what is held."""
        await self.gate_back(0)
        await self.tell_truth(0)
        for _ in range(4):
            self.world.clock.move(TICK * SECOND)
            await self.round()
        core, gate = self.world.core, self.tunnels.gate
        assert (core.tunnels.drift, core.tunnels.overrun) == (0, 0.0)
        open_now = {row.address for row in await self.tunnels.rows() if row.state is SessionState.OPEN}
        assert open_now == gate.passing()


async def play(folder: Path, steps: list[tuple[str, int, int]]) -> None:
    """One order of events from the beginning."""
    async with opened(World.new(folder)) as world:
        world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
        tunnels = Tunnels(Scene(world))
        story = Story(tunnels, await tunnels.scene.office(1), began=world.clock.monotonic())
        for seat in SEATS:
            story.bonds[seat] = await tunnels.scene.activated(story.office, seat, pc=f"pc-{seat}", key=f"k-{seat}")
        await story.round()
        for act, seat, seconds in steps:
            await story.act(act, seat)
            await story.pass_time(seconds)
            await story.round()
        await story.comes_to_rest()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@example([("loop", 1, 0), ("lie", 1, 0), ("loop", 1, 7), ("tell_truth", 1, 0), ("loop", 1, 600), ("loop", 2, 0)])
@example([("loop", 1, 0), ("gate_restart", 1, 0), ("loop", 1, 0), ("vault_restart", 1, 7), ("loop", 1, 0)])
@given(STEPS)
def test_nothing_passes_that_may_not(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder) / "shreds", steps))
