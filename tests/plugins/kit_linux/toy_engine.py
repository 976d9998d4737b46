# SPDX-License-Identifier: Apache-2.0
"""An engine of a PC that does what a test wants, and a kit that connects by it."""

from dataclasses import dataclass, field, replace

from renkei_kit_linux.on_pc.connection import Connection, Keep
from renkei_kit_linux.on_pc.order import Trouble, Tunnel

from tests.plugins.kit_linux.office_pc import order_there

TUNNEL = Tunnel("tunnel_softether", "a" * 26, "", {"host": "198.18.0.9"}, 90)
ORDER = replace(order_there(), tunnels=(TUNNEL,))


@dataclass
class Toy:
    """fails is raised once it has begun; up says how long the tunnel stands."""

    needs_root: bool = False
    is_silent: bool = False
    missing: str = ""
    fails: BaseException | None = None
    up: list[bool] = field(default_factory=lambda: [True])
    ended: list[Connection | None] = field(default_factory=list)

    def need(self) -> None:
        """As the engines do."""
        if self.missing:
            raise Trouble(self.missing)

    def connect(self, fresh: Connection, keep: Keep) -> Connection:
        """As the engines do."""
        fresh = replace(fresh, interface="vpn_toy")
        keep(fresh)
        if self.fails:
            raise self.fails
        return fresh

    def is_up(self, connection: Connection) -> bool:
        """The next of up; the last one stays."""
        return self.up.pop(0) if len(self.up) > 1 else self.up[0]

    def disconnect(self, connection: Connection | None) -> None:
        """It is noted."""
        self.ended.append(connection)
