# SPDX-License-Identifier: Apache-2.0
"""Makes the server, its hub and its users what they have to be, and reads back that they are.

What is right already is left alone: nobody who is connected notices that all was prepared again.
"""

from collections.abc import Mapping, Sequence

from appliance.contracts.tunnel import EngineAway, TunnelSeat
from renkei_tunnel_softether.leases import next_addresses
from renkei_tunnel_softether.rpc import LONG_SECONDS, Code, Rpc, Said
from renkei_tunnel_softether.settings import Settings
from renkei_tunnel_softether.users import listed, note_of, same_pc, user_of
from renkei_tunnel_softether.wanted import (
    Setting,
    access_list,
    bridge,
    hub_options,
    hub_settings,
    is_so,
    server_settings,
)

USUAL_HUB = "DEFAULT"


class Ready:
    """Asks the one server."""

    def __init__(self, rpc: Rpc, settings: Settings) -> None:
        """Nothing is asked yet."""
        self._rpc = rpc
        self._settings = self._whole = settings
        self._hub = {"HubName_str": settings.hub}

    async def server(self) -> None:
        """Everything off that is not needed; our hub, and no other. Raises EngineAway."""
        await self._one_listener()
        for setting in server_settings():
            await self._agree(setting)
        hubs = {str(hub["HubName_str"]).upper() for hub in (await self._rpc("EnumHub")).get("HubList", [])}
        if USUAL_HUB in hubs:
            await self._rpc("DeleteHub", HubName_str=USUAL_HUB)
        if strange := hubs - {USUAL_HUB, self._settings.hub}:
            raise EngineAway(
                f"SoftEther has hubs that are none of ours ({', '.join(sorted(strange))}); delete them"
            )
        if self._settings.hub not in hubs:
            await self._rpc("CreateHub", **self._hub, HubType_u32=0, Online_bool=False)

    async def _one_listener(self) -> None:
        """Its one port, and no other. Raises EngineAway."""
        found = (await self._rpc("EnumListener")).get("ListenerList", [])
        for listener in found:
            if listener["Ports_u32"] != self._settings.port:
                await self._rpc("DeleteListener", Port_u32=listener["Ports_u32"])
        if not any(one["Ports_u32"] == self._settings.port and one["Enables_bool"] for one in found):
            raise EngineAway(f"SoftEther does not listen at port {self._settings.port}; prepare its host again")

    async def hub(self) -> None:
        """Addresses, bridge and access list; then it is opened. Raises EngineAway."""
        for setting in hub_settings(self._settings):
            await self._agree(setting)
        await self._options()
        await self._rpc("EnableSecureNAT", **self._hub)
        await self._bridge()
        await self._access()
        await self._agree(Setting("GetHub", "SetHubOnline", {"Online_bool": True}, self._hub))

    async def other_addresses(self, *, nobody_has_older: bool) -> None:
        """Forget which addresses were handed out, and hand out others, as next_addresses(). Raises EngineAway."""
        chosen = next_addresses(self._whole, self._settings, nobody_has_older=nobody_has_older)
        if chosen is None:
            return
        self._settings = chosen
        await self._rpc("DisableSecureNAT", **self._hub)
        for setting in hub_settings(chosen):
            await self._agree(setting)
        await self._rpc("EnableSecureNAT", **self._hub)

    async def users(self, seats: Sequence[TunnelSeat]) -> set[str]:
        """Exactly these. The names of those that changed, or are gone: their sessions are to be cut."""
        wanted = {seat.name: seat for seat in seats}
        notes = {name: note_of(seat, self._settings.minutes) for name, seat in wanted.items()}
        found = await self.known()
        cut = set()
        for name, (note, by_certificate) in found.items():
            if name not in wanted or not (by_certificate and same_pc(note, wanted[name])):
                await self.remove(name)
                cut.add(name)
            elif note != notes[name]:
                await self._rpc("SetUser", **self._fields(wanted[name]))
        for name in wanted.keys() - (found.keys() - cut):
            await self._rpc("CreateUser", **self._fields(wanted[name]))
        if {name: note for name, (note, _) in (await self.known()).items()} != notes:
            raise EngineAway("SoftEther has other users than it was told")
        return cut

    async def known(self) -> Mapping[str, tuple[str, bool]]:
        """All users, as listed()."""
        return listed(await self._rpc("EnumUser", LONG_SECONDS, **self._hub))

    async def admit(self, seat: TunnelSeat) -> bool:
        """This user, exactly. True if the name was another PC's before, whose sessions are to be cut."""
        try:
            await self._rpc("CreateUser", **self._fields(seat))
            return False
        except Said as error:
            if error.code != Code.USER_EXISTS:
                raise
        before = await self._rpc("GetUser", **self._hub, Name_str=seat.name)
        if before.get("Note_utf") != note_of(seat, self._settings.minutes):
            await self._rpc("SetUser", **self._fields(seat))
        return not same_pc(str(before.get("Note_utf")), seat)

    async def remove(self, name: str) -> None:
        """No such user, whether there was one or not. Raises EngineAway if it is there all the same."""
        for method in ("DeleteUser", "GetUser"):
            try:
                await self._rpc(method, **self._hub, Name_str=name)
            except Said as error:
                if error.code != Code.NOT_FOUND:
                    raise
                return
        raise EngineAway("SoftEther says that it deleted a user, and has it")

    def _fields(self, seat: TunnelSeat) -> dict[str, object]:
        return user_of(seat, self._settings.hub, self._settings.minutes)

    async def _agree(self, setting: Setting) -> None:
        """Ask; if it is not as it should be say so, and ask again. Raises EngineAway."""
        try:
            before = await self._rpc(setting.get, **setting.key)
        except Said as error:
            if setting.absent and error.code == setting.absent:
                return
            raise
        if is_so(before, setting.fields):
            return
        await self._rpc(setting.put, **(before | setting.key | setting.fields))
        if not is_so(await self._rpc(setting.get, **setting.key), setting.fields):
            raise EngineAway(f"SoftEther took {setting.put}, and nothing changed")

    async def _options(self) -> None:
        wanted = {str(option["Name_str"]): option["Value_u32"] for option in hub_options()}
        if await self._differing(wanted):
            await self._rpc("SetHubExtOptions", **self._hub, AdminOptionList=hub_options())
            if names := await self._differing(wanted):
                raise EngineAway(f"SoftEther took SetHubExtOptions, and not {', '.join(sorted(names))}")

    async def _differing(self, wanted: Mapping[str, object]) -> set[str]:
        answer = await self._rpc("GetHubExtOptions", **self._hub)
        options = {option["Name_str"]: option["Value_u32"] for option in answer.get("AdminOptionList", [])}
        return {name for name, value in wanted.items() if options.get(name) != value}

    async def _bridge(self) -> None:
        """Ours, and no other: it would be a way into the hub."""
        wanted = bridge(self._settings)
        found = (await self._rpc("EnumLocalBridge")).get("LocalBridgeList", [])
        for other in found:
            if not is_so(other, wanted):
                await self._rpc(
                    "DeleteLocalBridge",
                    DeviceName_str=other["DeviceName_str"],
                    HubNameLB_str=other["HubNameLB_str"],
                )
        if not any(is_so(one, wanted) for one in found):
            await self._rpc("AddLocalBridge", **wanted)

    async def _access(self) -> None:
        wanted = access_list(self._settings)
        if not await self._access_is(wanted):
            await self._rpc("SetAccessList", **self._hub, AccessList=wanted)
            if not await self._access_is(wanted):
                raise EngineAway("SoftEther took SetAccessList, and has another list")

    async def _access_is(self, wanted: list[dict[str, object]]) -> bool:
        return is_so((await self._rpc("EnumAccess", **self._hub)).get("AccessList", []), wanted)
