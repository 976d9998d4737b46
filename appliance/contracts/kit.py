# SPDX-License-Identifier: Apache-2.0
"""Kit builder: makes the installer of one seat for one kind of PC (R24, R60, R70 to R76, design §4)."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

MAX_NAMED = 200


class KitNotBuilt(Exception):
    """The kit cannot be made now; the text, in English, says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class EngineClient:
    """The installer of the VPN engine's client that fund IT put in once, with `renkei kit add-client` (R72, R258).

    file is where the vault keeps it: nobody else writes there, and all the same a builder takes no bytes of which
    sha256 is not right. file_name is as it came, size in bytes.
    """

    file: Path
    file_name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class KitTunnel:
    """How the PC of this seat connects by one engine. engine is its plugin's name.

    user is what it calls itself there, address its own inside the tunnel, "" where the engine gives it one. client
    is what the engine says that a PC needs to know (contracts.tunnel.Prepared). minutes is how long a session lasts
    at most (R90), 0 where nobody says.
    """

    engine: str
    user: str
    address: str
    client: Mapping[str, str]
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class KitOrder:
    """The seat, and where its PC will go. Nothing in it is secret: whoever has a kit still has no way in.

    kit is an id that the evidence brings back. fund is its name as people read it. public_url and portal_url end
    with a slash. authorities is the PEM of the portal's CA, for the PC's trust, "" where every browser knows the
    portal's certificate. binding is what the device binder issued. client is None where no such file was put in.
    tunnels are the engines by which the PC may connect, none where the portal needs no VPN.
    """

    contract_number: str
    seat: int
    kit: str
    fund: str
    contact: str
    public_url: str
    portal_url: str
    authorities: str
    binding: Mapping[str, str]
    client: EngineClient | None = None
    tunnels: tuple[KitTunnel, ...] = ()

    @property
    def stem(self) -> str:
        """The name of its file without the ending (R24, A1)."""
        return f"setup.{self.contract_number}.{self.seat:02d}"


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit as it goes out. chunks gives its bytes from the start, each time; the same order makes the same bytes.

    sha256 is of all of them, size their count.
    """

    file_name: str
    size: int
    sha256: bytes
    chunks: Callable[[], AsyncIterator[bytes]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KitPlatform:
    """For what PCs a builder makes kits, and whether it can. name is how people call them, e.g. "Windows".

    missing is "" where kits can be made; else one English line that says what fund IT has to do first. version
    changes with everything that changes the bytes of a kit beside its order. wants_client: no kit without the
    installer of the engine's client in its order; whether there is one, the vault knows.
    """

    name: str
    version: str
    missing: str = ""
    wants_client: bool = False

    def __post_init__(self) -> None:
        """Refuse what would not fit into one line."""
        for text in (self.name, self.version, self.missing):
            if len(text) > MAX_NAMED or not (text.isprintable() or not text):
                raise ValueError(f"each is one line of at most {MAX_NAMED} characters")


class KitBuilder(Protocol):
    """One for each platform, known by the plugin's name. Called several times at once."""

    async def platform(self) -> KitPlatform:
        """What it makes, and whether it can now."""

    async def build(self, order: KitOrder) -> Kit:
        """The kit of a seat. Raises KitNotBuilt."""
