# SPDX-License-Identifier: Apache-2.0
"""The engine: WireGuard at one interface of this host, told and asked by `wg`.

What it promises beside the contract, cited below by number:

1. Who is not admitted is no peer at all: WireGuard answers nobody whom it does not know, and drops what comes.
2. A peer sends from its own address alone: whatever says to come from another is dropped before anybody sees it.
3. A session that was closed begins anew with a new handshake alone: its peer is removed, so the old keys are gone.
4. A key is one seat's, the first one's that had it; nobody takes another PC's place by naming its key.
5. What `wg` says that it did is read back: at each look WireGuard knows exactly those who are admitted, and of a
   session that was closed no handshake is left.
"""

import asyncio
import logging
from collections.abc import Sequence

from appliance.contracts.plugin import Clock, Metrics
from appliance.contracts.tunnel import EngineAway, EngineSession, Prepared, TunnelSeat
from appliance.model.time import SECOND
from appliance.model.tunnels import Cause
from renkei_tunnel_wireguard.dump import Dump, is_same, read
from renkei_tunnel_wireguard.hearing import Hearing, Live
from renkei_tunnel_wireguard.link import INTERFACE, Link
from renkei_tunnel_wireguard.peers import Peer, Peers, chosen, configuration, missing, networks
from renkei_tunnel_wireguard.programs import GIVEN, Run, printed
from renkei_tunnel_wireguard.settings import Settings


class WireGuard:
    """One interface, and nobody else's."""

    def __init__(self, settings: Settings, run: Run, clock: Clock, log: logging.Logger, metrics: Metrics) -> None:
        """run is how programs are run."""
        self.private = ""
        self.hearing = Hearing()
        self._settings = settings
        self._run = run
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._link = Link(run, settings.portal)
        self._peers = Peers("", settings.portal)
        # What is read and what is remembered of it belong together; a look takes some milliseconds.
        self._one_by_one = asyncio.Lock()

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        """As the contract says. What is there is adopted, and nobody notices where nothing differs."""
        # What rises is seen alone where it was there before.
        self._metrics.count("copied_keys", 0)
        async with self._one_by_one:
            public = (await printed(self._run, "wg", "pubkey", given=f"{self.private}\n")).strip()
            self._peers = chosen(seats, public, self._settings.portal)
            await self._link.make()
            await self._wg("syncconf", GIVEN, given=self._configuration())
            self._held(await self._dump(), public)
            await self._link.open()
            await self._link.lead(networks(peer.address for peer in self._peers.seats.values()))
        return Prepared(INTERFACE, self._client(public))

    async def admit(self, seat: TunnelSeat) -> None:
        """As the contract says (promise 4)."""
        async with self._one_by_one:
            before = self._peers.remove(seat.name)
            peer = self._peers.add(seat)
            if before is not None and before != peer:
                await self._remove(before.key)
            if peer is None:
                self._complain()
                return
            await self._add(peer)
            await self._link.lead(networks([peer.address]))

    async def bar(self, seat: str, cause: Cause) -> None:
        """As the contract says (promise 1): who is connected is cut with it."""
        async with self._one_by_one:
            peer = self._peers.seats.get(seat)
            if peer is not None:
                await self._remove(peer.key)
            self._peers.remove(seat)

    async def live(self) -> Sequence[EngineSession]:
        """As the contract says; hearing.py has the rules (promise 5)."""
        async with self._one_by_one:
            return [one.session for one in await self._heard()]

    async def close(self, session: str, cause: Cause) -> None:
        """As the contract says (promise 3)."""
        async with self._one_by_one:
            for one in await self._heard():
                if one.session.session == session:
                    peer = self._peers.seats[one.session.seat]
                    await self._remove(peer.key)
                    await self._add(peer)
                    if any(is_same(one.shown, after) for after in (await self._dump()).peers):
                        raise EngineAway(f"WireGuard says that it ended {session}, and has it")

    async def _heard(self) -> list[Live]:
        dump = await self._dump()
        self._need_same(dump)
        rows = [(self._peers.seat_of(shown.key), shown) for shown in dump.peers]
        live = self.hearing.look(rows, self._clock.monotonic(), self._clock.now() / SECOND)
        for one in live:
            if one.copied:
                self._metrics.count("copied_keys")
                self._log.warning(
                    "the key of %s is used at two places, one of them %s", one.session.seat, one.session.source
                )
        return live

    async def _add(self, peer: Peer) -> None:
        await self._wg("set", "peer", peer.key, "allowed-ips", peer.allowed)

    async def _remove(self, key: str) -> None:
        """With all that it had."""
        await self._wg("set", "peer", key, "remove")
        self.hearing.forget(key)

    async def _dump(self) -> Dump:
        return read(await self._wg("show", "dump"))

    async def _wg(self, verb: str, *words: str, given: str = "") -> str:
        return await printed(self._run, "wg", verb, INTERFACE, *words, given=given)

    def _held(self, dump: Dump, public: str) -> None:
        """What was prepared is there (promise 5). A seat that WireGuard does not take keeps no other one out."""
        if (dump.public, dump.port) != (public, self._settings.port):
            raise EngineAway("WireGuard says that it has our key and port, and has not")
        for name in missing(self._peers.seats, dump.allowed):
            self._peers.remove(name)
            self._peers.left_out[name] = "WireGuard does not take it"
        self._need_same(dump)
        self._complain()

    def _need_same(self, dump: Dump) -> None:
        """Raises EngineAway, and then it is prepared again, unless it knows whom we admitted and nobody else."""
        if any(not self._peers.seat_of(key) for key in dump.allowed):
            raise EngineAway("WireGuard knows somebody whom nobody admitted")
        if missing(self._peers.seats, dump.allowed):
            raise EngineAway("WireGuard does not know everybody who was admitted")

    def _complain(self) -> None:
        """Say who cannot connect though the vault says so."""
        self._metrics.gauge("seats_left_out", len(self._peers.left_out))
        for name, why in self._peers.left_out.items():
            self._log.warning("%s cannot connect by WireGuard: %s", name, why)

    def _configuration(self) -> str:
        return configuration(self.private, self._settings.port, self._peers.seats.values())

    def _client(self, public: str) -> dict[str, str]:
        return {
            "host": self._settings.dial,
            "port": str(self._settings.port),
            "public_key": public,
            "portal": self._settings.portal,
        }
