# SPDX-License-Identifier: Apache-2.0
"""What the kit was made for, and what it says: both lie in it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class Trouble(Exception):
    """Something stands in the way. word names the text that people are told, values what stands in it."""

    def __init__(self, word: str, **values: str) -> None:
        """word is a key of words.toml."""
        super().__init__(word)
        self.word = word
        self.values = values


@dataclass(frozen=True)
class Tunnel:
    """How this PC connects by one engine: as whom, from which address of its own, "" where it is given one.

    client is what the engine says of itself. minutes is how long a session lasts at most, 0 where nobody said.
    """

    engine: str
    user: str
    address: str
    client: Mapping[str, str]
    minutes: int = 0

    def told(self, name: str) -> str:
        """What the engine says under this name. Raises Trouble."""
        if name not in self.client:
            raise Trouble("no_tunnel")
        return self.client[name]

    def word(self, name: str) -> str:
        """The same where it goes into a command: one word, and nothing that could be more. Raises Trouble."""
        if _WORD.fullmatch(told := self.told(name)) is None:
            raise Trouble("no_tunnel")
        return told


@dataclass(frozen=True)
class Order:
    """The seat, and where the PC goes. version is that of the kit; salt goes into the hashes of traits.

    tunnels are the ways to connect, none where the portal needs no VPN.
    """

    contract: str
    seat: int
    kit: str
    fund: str
    contact: str
    public_url: str
    portal_url: str
    authorities: str
    salt: str
    version: str
    tunnels: tuple[Tunnel, ...] = ()

    @property
    def number(self) -> str:
        """The number of the seat, as files have it."""
        return f"{self.seat:02d}"

    @property
    def name(self) -> str:
        """The common name of the device's certificate."""
        return f"{self.contract}.{self.number}"


def tunnels_from(said: Iterable[Mapping[str, Any]]) -> tuple[Tunnel, ...]:
    """The ways to connect, as they lie in files. Raises KeyError, TypeError."""
    return tuple(
        Tunnel(one["engine"], one["user"], one["address"], one["client"], one.get("minutes", 0)) for one in said
    )


def order_from(said: Mapping[str, Any]) -> Order:
    """The order as it lies in the kit. Raises KeyError."""
    return Order(
        contract=said["contract_number"],
        seat=said["seat"],
        kit=said["kit"],
        fund=said["fund"],
        contact=said["contact"],
        public_url=said["public_url"],
        portal_url=said["portal_url"],
        authorities=said["authorities"],
        salt=said["binding"]["trait_salt"],
        version=said["version"],
        tunnels=tunnels_from(said["tunnels"]),
    )


@dataclass(frozen=True)
class Words:
    """The texts of the kit, filled with what the order says."""

    texts: Mapping[str, Any]
    order: Order

    def __call__(self, word: str, **values: str) -> str:
        """One text."""
        order = self.order
        known = {
            "contract": order.contract,
            "number": str(order.seat),
            "fund": order.fund,
            "contact": order.contact,
        }
        return str(self.texts[word]).format_map({**known, **values})

    @property
    def licence(self) -> str:
        """The terms."""
        return str(self.texts["licence"])

    def is_yes(self, typed: str) -> bool:
        """Whether somebody said yes."""
        return typed.strip().lower() in self.texts["yes"]


def in_the_kit() -> tuple[Order, Words]:
    """What lies in the very file that runs."""
    folder = files("renkei_kit_linux.on_pc")
    order = order_from(json.loads(folder.joinpath("order.json").read_text("utf-8")))
    return order, Words(json.loads(folder.joinpath("words.json").read_text("utf-8")), order)
