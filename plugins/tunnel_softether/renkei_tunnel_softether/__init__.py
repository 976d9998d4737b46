# SPDX-License-Identifier: Apache-2.0
"""VPN sessions by a SoftEther VPN server on the gate's own host (R17, R87 to R91)."""

from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.tunnel import EngineAway, TunnelEngine
from renkei_tunnel_softether.engine import SoftEther
from renkei_tunnel_softether.links import Links
from renkei_tunnel_softether.rpc import Rpc
from renkei_tunnel_softether.settings import Settings

__all__ = ["Settings", "TunnelSoftether"]
SAVE_SECONDS = 30.0


class TunnelSoftether(Plugin):
    """One server. One that is down stops no start: nobody is connected until it is there."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is opened yet."""
        super().__init__(settings, services)
        self._rpc = Rpc(settings.url, settings.timeout_seconds, services)
        self._engine = SoftEther(settings, self._rpc, Links(settings), services.clock, greedy=self._say_greedy)

    @hookimpl
    def register_tunnel(self) -> list[TunnelEngine]:
        """The one engine."""
        return [self._engine]

    @hookimpl
    def register_jobs(self) -> list[Job]:
        """What was changed is written to the server's disk."""
        return [Job("save", SAVE_SECONDS, self._engine.save)]

    async def start(self) -> None:
        """Read the server's certificate and its password. Raises PluginError."""
        certificate = read_certificate(self.settings.certificate)
        password = self.services.credential(self.settings.password).decode("utf-8").strip()
        if not password:
            raise PluginError(f"the credential {self.settings.password} is empty; SoftEther would refuse us")
        # What rises is seen alone where it was there before.
        self.services.metrics.count("greedy_pcs_total", 0)
        self._engine.certificate = certificate.public_bytes(Encoding.PEM).decode()
        self._rpc.open(password, certificate.public_bytes(Encoding.DER))

    async def check(self) -> None:
        """Say in the log whether it answers."""
        try:
            found = await self._rpc("GetServerInfo")
        except EngineAway as error:
            self.services.log.error("%s; nobody is connected until it is there", error)
        else:
            self.services.log.info("%s answers", found.get("ServerVersionString_str", "SoftEther"))

    def _say_greedy(self, seat: str) -> None:
        self.services.metrics.count("greedy_pcs_total")
        self.services.log.warning(
            "the PC of %s took one address after another; it is cut, and stays out as long as addresses are kept",
            seat,
        )

    async def stop(self) -> None:
        """Hang up; who is connected stays so."""
        await self._rpc.close()


def read_certificate(path: str) -> x509.Certificate:
    """The server's certificate. Raises PluginError with what to do."""
    try:
        return x509.load_pem_x509_certificate(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise PluginError(
            f"`certificate` is {path!r}, which is no certificate ({error}); "
            "run `renkei tunnel-softether prepare-host`, which makes it"
        ) from error
