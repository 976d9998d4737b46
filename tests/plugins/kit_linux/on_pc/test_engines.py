# SPDX-License-Identifier: Apache-2.0
"""By which engine a PC connects: the one that is wanted, else the first that the kit has a way for."""

from dataclasses import replace

import pytest
from renkei_kit_linux.on_pc.engines import ENGINES, engine_of, tunnel_of
from renkei_kit_linux.on_pc.order import Trouble, Tunnel

from tests.plugins.kit_linux.office_pc import OfficePc, order_there

SOFTETHER, WIREGUARD, FOREIGN = (
    Tunnel(f"tunnel_{name}", "a", "", {}) for name in ("softether", "wireguard", "foreign")
)
ORDER = replace(order_there(), tunnels=(FOREIGN, SOFTETHER, WIREGUARD))


def test_the_first_that_is_known_or_the_one_that_is_wanted() -> None:
    assert tunnel_of(ORDER) == SOFTETHER and tunnel_of(ORDER, "wireguard") == WIREGUARD


@pytest.mark.parametrize(("order", "wanted", "word"), [
    (order_there(), "", "no_tunnel"),
    (replace(ORDER, tunnels=(FOREIGN,)), "", "no_tunnel"),
    (ORDER, "foreign", "no_such_engine"),
])  # fmt: skip
def test_what_the_kit_does_not_know(order: object, wanted: str, word: str) -> None:
    with pytest.raises(Trouble, match=word):
        tunnel_of(order, wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_each_changes_nothing_before_it_is_told(pc: OfficePc, name: str) -> None:
    engine_of(pc.places, Tunnel(name, "a", "", {}))
    assert not pc.places.own.exists()
