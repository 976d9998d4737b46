# SPDX-License-Identifier: Apache-2.0
"""A SoftEther VPN server in memory, with its API over TLS on the loopback, that can be away, hang, and lie."""

import asyncio
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from renkei_tunnel_softether.host import ServerKey

Row = dict[str, Any]
PASSWORD = "the password of the fake"
HELPERS = ("SecureNAT", "Local Bridge")
NOWHERE = "0.0.0.0"  # noqa: S104 - an address that nobody has
# What a fresh server has on, as the real one answered.
FRESH: dict[str, Row] = {
    "OpenVpnSstpConfig": {"EnableOpenVPN_bool": True, "EnableSSTP_bool": True},
    "IPsecServices": {"L2TP_Raw_bool": False, "L2TP_IPsec_bool": True, "EtherIP_IPsec_bool": False},
    "SpecialListener": {"VpnOverIcmpListener_bool": True, "VpnOverDnsListener_bool": False},
    "Keep": {"UseKeepConnect_bool": True, "KeepConnectHost_str": "keepalive.softether.org"},
    "HubLog": {"SavePacketLog_bool": True, "SaveSecurityLog_bool": True},
    "SecureNATOption": {"UseNat_bool": True, "DhcpGatewayAddress_ip": "192.168.30.1"},
}


class Refusal(Exception):
    """An error of the server's, by its number."""

    def __init__(self, code: int) -> None:
        """code as the real one has it."""
        super().__init__(f"Error code {code}: as the real one says.")
        self.code = code


class FakeSoftEther:
    """What a test does with it stands first, what the API does after it.

    lies are methods that say yes, and change nothing. hangs are those that never answer; broken are those that
    answer with this status and text. asked are the names of all calls.
    """

    def __init__(self) -> None:
        """Fresh, as after its first start."""
        self.settings = {name: dict(row) for name, row in FRESH.items()}
        self.listeners = {443: True, 992: True}
        self.hubs: dict[str, bool] = {"DEFAULT": True}
        self.options: Row = {"FilterIPv6": 0, "NoIpTable": 0}
        self.access: list[Row] = []
        self.bridges: list[Row] = []
        self.users: dict[str, Row] = {}
        self.sessions: dict[str, Row] = {}
        self.addresses: dict[str, tuple[str, bool]] = {}
        self.moved: dict[str, tuple[int, int]] = {}
        self.dhcp = False
        # Hardware addresses: of whose session one is, and how many addresses it was given.
        self.cards: dict[str, str] = {}
        self.leases: dict[str, int] = {}
        self.tick = 1_000
        self.lies: set[str] = set()
        self.hangs: set[str] = set()
        self.broken: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.fields: list[tuple[str, Row]] = []
        self.flushed = 0
        self._count = 0

    # --- what a test does -----------------------------------------------------------------------------------------

    def connect(self, user: str, certificate: str, *, address: str = "", given: bool = True, host: str = "") -> str:
        """A client with this certificate (base64 of DER): the name of its session, "" where it is refused."""
        known = self.users.get(user)
        if known is None or known["UserX_bin"] != certificate or not known["policy:Access_bool"]:
            return ""
        self._count += 1
        name = f"SID-{user.upper()}-{self._count}"
        self.sessions[name] = self._row(name, user, host or "198.51.100.7")
        self.addresses[name] = (address or str(ipaddress.IPv4Address("10.0.0.99") + self._count), given)
        return name

    def restart(self) -> None:
        """It was killed, and started anew: no session is left, and its clock of running time begins again."""
        self.sessions.clear()
        self.tick = 10

    def _row(self, name: str, user: str, host: str) -> Row:
        return {
            "Name_str": name,
            "Username_str": user,
            "ClientIP_ip": host,
            "CreatedTime_dt": "2025-11-04T00:00:00.000Z",
            "PacketSize_u64": 1000,
            "UniqueId_bin": "AAAA",
        }

    # --- the API --------------------------------------------------------------------------------------------------

    def answer(self, method: str, given: Row) -> Row:
        """The result. Raises Refusal."""
        self.asked.append(method)
        self.fields.append((method, given))
        own: Callable[[Row], Row] | None = getattr(self, f"_{method}", None)
        if method in self.lies:
            return given
        if own is not None:
            return own(given)
        if method.startswith("Get") and (name := method[3:]) in self.settings:
            return dict(self.settings[name])
        if method.startswith("Set") and (name := method[3:]) in self.settings:
            self.settings[name] |= given
            return given
        raise Refusal(33)

    def _hub(self, given: Row) -> str:
        name = str(given["HubName_str"])
        if name not in self.hubs:
            raise Refusal(8)
        return name

    def _GetServerInfo(self, given: Row) -> Row:
        return {"ServerVersionString_str": "Version 5.01 Build 9674"}

    def _GetServerStatus(self, given: Row) -> Row:
        return {"CurrentTick_u64": self.tick}

    def _Flush(self, given: Row) -> Row:
        self.flushed += 1
        return {}

    def _EnumListener(self, given: Row) -> Row:
        return {"ListenerList": [{"Ports_u32": port, "Enables_bool": on} for port, on in self.listeners.items()]}

    def _DeleteListener(self, given: Row) -> Row:
        del self.listeners[given["Port_u32"]]
        return {}

    def _EnumHub(self, given: Row) -> Row:
        return {"HubList": [{"HubName_str": name} for name in self.hubs]}

    def _DeleteHub(self, given: Row) -> Row:
        del self.hubs[self._hub(given)]
        return {}

    def _CreateHub(self, given: Row) -> Row:
        self.hubs[given["HubName_str"]] = given["Online_bool"]
        return {}

    def _GetHub(self, given: Row) -> Row:
        return {"Online_bool": self.hubs[self._hub(given)]}

    def _SetHubOnline(self, given: Row) -> Row:
        self.hubs[self._hub(given)] = given["Online_bool"]
        return {}

    def _GetHubExtOptions(self, given: Row) -> Row:
        self._hub(given)
        return {"AdminOptionList": [{"Name_str": name, "Value_u32": value} for name, value in self.options.items()]}

    def _SetHubExtOptions(self, given: Row) -> Row:
        self.options |= {option["Name_str"]: option["Value_u32"] for option in given["AdminOptionList"]}
        return {}

    def _EnableSecureNAT(self, given: Row) -> Row:
        self.dhcp = True
        return {}

    def _DisableSecureNAT(self, given: Row) -> Row:
        self.dhcp = False
        self.leases.clear()
        return {}

    def _GetSecureNATStatus(self, given: Row) -> Row:
        return {"NumDhcpClients_u32": sum(self.leases.values())}

    def _EnumDHCP(self, given: Row) -> Row:
        return {"DhcpTable": [{"MacAddress_bin": mac} for mac, count in self.leases.items() for _ in range(count)]}

    def _EnumMacTable(self, given: Row) -> Row:
        names = ("MacAddress_bin", "SessionName_str")
        return {"MacTable": [dict(zip(names, row, strict=True)) for row in self.cards.items()]}

    def _EnumLocalBridge(self, given: Row) -> Row:
        return {"LocalBridgeList": [{**bridge, "Active_bool": True} for bridge in self.bridges]}

    def _AddLocalBridge(self, given: Row) -> Row:
        self.bridges.append(given)
        return {}

    def _DeleteLocalBridge(self, given: Row) -> Row:
        self.bridges = [bridge for bridge in self.bridges if bridge["DeviceName_str"] != given["DeviceName_str"]]
        return {}

    def _EnumAccess(self, given: Row) -> Row:
        return {"AccessList": self.access}

    def _SetAccessList(self, given: Row) -> Row:
        self.access = [{"Protocol_u32": 0, **rule} for rule in given["AccessList"]]
        return {}

    def _EnumUser(self, given: Row) -> Row:
        self._hub(given)
        names = ("Name_str", "Note_utf", "AuthType_u32")
        return {"UserList": [{name: user[name] for name in names} for user in self.users.values()]}

    def _CreateUser(self, given: Row) -> Row:
        if given["Name_str"] in self.users:
            raise Refusal(66)
        self.users[given["Name_str"]] = given
        return given

    def _SetUser(self, given: Row) -> Row:
        self.users[self._user(given)] = given
        return given

    def _GetUser(self, given: Row) -> Row:
        return self.users[self._user(given)]

    def _DeleteUser(self, given: Row) -> Row:
        del self.users[self._user(given)]
        return given

    def _user(self, given: Row) -> str:
        self._hub(given)
        if (name := str(given["Name_str"])) not in self.users:
            raise Refusal(29)
        return name

    def _EnumSession(self, given: Row) -> Row:
        own = (HELPERS[0],) * self.dhcp + (HELPERS[1],) * bool(self.bridges)
        online = own if self.hubs[self._hub(given)] else ()
        rows = [
            self._row(f"SID-{name.upper().replace(' ', '')}-{n}", name, NOWHERE) for n, name in enumerate(online)
        ]
        return {"SessionList": [*rows, *self.sessions.values()]}

    def _EnumIpTable(self, given: Row) -> Row:
        rows = [("SID-SECURENAT-0", ("10.0.0.1", False)), *self.addresses.items()]
        names = ("SessionName_str", "Ip_ip", "DhcpAllocated_bool")
        return {"IpTable": [dict(zip(names, (name, *given), strict=True)) for name, given in rows]}

    def _GetSessionStatus(self, given: Row) -> Row:
        if given["Name_str"] not in self.sessions:
            raise Refusal(29)
        came, went = self.moved.get(given["Name_str"], (0, 0))
        return {
            "Send.UnicastBytes_u64": came,
            "Send.BroadcastBytes_u64": 1,
            "Recv.UnicastBytes_u64": went,
            "Recv.BroadcastBytes_u64": 1,
        }

    def _DeleteSession(self, given: Row) -> Row:
        if self.sessions.pop(given["Name_str"], None) is None:
            raise Refusal(29)
        return given


class Served:
    """The fake behind its port. key is what it is known by; host and port are where it is."""

    def __init__(self, fake: FakeSoftEther, key: ServerKey) -> None:
        """Not listening yet."""
        self.fake = fake
        self.key = key
        self.place = ""
        self.refuses = False
        self.connections: set[str] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        peer = request.transport and request.transport.get_extra_info("peername")
        self.connections.add(str(peer))
        if self.refuses or request.headers.get("X-VPNADMIN-PASSWORD") != PASSWORD:
            return web.Response(status=401, text="<html>no</html>")
        call = json.loads(await request.read())
        method = str(call["method"])
        if method in self.fake.hangs:
            await asyncio.Event().wait()
        if method in self.fake.broken:
            status, text = self.fake.broken[method]
            return web.Response(status=status, text=text)
        said = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            return web.json_response(said | {"result": self.fake.answer(method, call["params"])})
        except Refusal as refusal:
            return web.json_response(said | {"error": {"code": refusal.code, "message": str(refusal)}})


@asynccontextmanager
async def served(folder: Path, fake: FakeSoftEther, key: ServerKey, port: int = 0) -> AsyncIterator[Served]:
    """The fake at a port of the loopback, until the end."""
    place = Served(fake, key)
    app = web.Application()
    app.router.add_post("/api/", place.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=_tls(folder, place.key))
        await site.start()
        place.place = f"127.0.0.1:{runner.addresses[0][1]}"
        yield place
    finally:
        await runner.cleanup()


def _tls(folder: Path, key: ServerKey) -> ssl.SSLContext:
    secret = key.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    pem = folder / "fake-server.pem"
    pem.write_bytes(secret + key.certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context
