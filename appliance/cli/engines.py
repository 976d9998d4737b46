# SPDX-License-Identifier: Apache-2.0
"""What `renkei init` writes for the VPN engine by which the PCs of offices reach the portal."""

import argparse
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.cli.failure import NotUnderstood
from appliance.cli.secret_files import SecretFiles
from appliance.host.system import SystemRandom

PASSWORD_BYTES, KEY_BYTES = 24, 32
# The portal has no address of its own where nothing else is said: inside a tunnel everybody knows it by this one.
NOBODYS_PORTAL, TUNNEL_PORTAL = "127.0.0.12", "10.0.0.10"
# The one that has no tunnel, for demos alone.
LOOPBACK = "loopback"
# Where SoftEther listens if nothing else is said.
SOFTETHER_PORT = 443
TUNNELS = """[tunnels]
# Whoever comes to the portal comes from inside a VPN session.
portal = "required"
"""


@dataclass(frozen=True)
class Engine:
    """One engine. table is that of its plugin, with what it has to be told; secret is the name of a credential.

    next is what a person does on an installed host, "" for nothing.
    """

    plugin: str
    table: str
    secret: str = ""
    make: Callable[[], bytes] = bytes
    next: str = ""

    def text(self, **told: str) -> str:
        """Its tables."""
        quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}
        return f"{TUNNELS}\n[plugins.{self.plugin}]\n{self.table.format(**quoted)}"


def _password() -> bytes:
    return base64.urlsafe_b64encode(SystemRandom().bytes(PASSWORD_BYTES))


def _key() -> bytes:
    """As `wg genkey` would, for any 32 bytes are one."""
    return base64.b64encode(SystemRandom().bytes(KEY_BYTES))


ENGINES = {
    "softether": Engine(
        "tunnel_softether",
        "dial = {dial}\nlisten = {listen}\nportal = {portal}\ncertificate = {certificate}\n",
        "softether.password",
        _password,
        "apt install softether-vpnserver, where it is not yet: its units make it ready and start it",
    ),
    "wireguard": Engine(
        "tunnel_wireguard",
        "dial = {dial}\nportal = {portal}\n",
        "wireguard.key",
        _key,
        "renkei tunnel-wireguard prepare-host: says whether this host needs wireguard-go, and lets it run if so",
    ),
    LOOPBACK: Engine("tunnel_loopback", ""),
}


def known(text: str) -> str:
    """The name of an engine, or nothing. Raises ValueError."""
    if text and text not in ENGINES:
        raise ValueError(f"{text!r} is no engine; write one of {', '.join(ENGINES)}, or nothing")
    return text


def settle(given: argparse.Namespace) -> None:
    """With an engine the portal is inside it. Raises NotUnderstood for what does not go together."""
    if not given.engine:
        return
    if given.engine == LOOPBACK and not given.demo:
        raise NotUnderstood("--engine loopback: it has no tunnel, and is for demos alone (--demo)")
    if given.engine != LOOPBACK and not given.engine_address:
        raise NotUnderstood(f"--engine {given.engine}: say with --engine-address at which address of this machine")
    given.portal = portal_of(given)


def portal_of(given: argparse.Namespace) -> str:
    """Where the portal is in the end: inside of a tunnel nobody would come to its own default."""
    has_tunnel = given.engine not in ("", LOOPBACK)
    return TUNNEL_PORTAL if has_tunnel and given.portal == NOBODYS_PORTAL else str(given.portal)


def tables(given: argparse.Namespace, certificates: Path) -> str:
    """What stands in the configuration, "" where no engine was named; certificates is their folder."""
    if not given.engine:
        return ""
    return ENGINES[given.engine].text(
        dial=given.engine_name or given.engine_address,
        listen=given.engine_address,
        portal=given.portal,
        certificate=str(certificates / f"{given.engine}.pem"),
    )


def next_steps(given: argparse.Namespace) -> list[str]:
    """What is left to a person for the engine; below a folder of one's own nothing is installed."""
    engine = ENGINES.get(given.engine)
    return [engine.next] if engine and engine.next and not given.root else []


def step_of_windows(given: argparse.Namespace, config: str) -> str:
    """What is left to do before there are kits for Windows."""
    if given.engine == "wireguard":
        return "know that there are no kits for Windows: its PCs connect by SoftEther alone, those of Linux by both"
    return f"put the VPN engine's client into the kits for Windows: renkei kit add-client FILE{config}"


def make_secret(given: argparse.Namespace, files: SecretFiles) -> None:
    """What the engine has to itself, if it is missing; none is ever replaced."""
    engine = ENGINES.get(given.engine)
    if engine and engine.secret and not files.has(engine.secret):
        files.write(engine.secret, engine.make())
