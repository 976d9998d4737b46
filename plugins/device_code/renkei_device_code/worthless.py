# SPDX-License-Identifier: Apache-2.0
"""Values that makers of PCs leave in their place, so that they tell no PC from another."""

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from appliance.model.traits import canonical_trait, trait_hash

# One appliance has one fund, and perhaps contracts that were taken over under another number.
_FUNDS = 8


def shipped() -> list[str]:
    """The values of worthless.txt, as makers write them."""
    text = files("renkei_device_code").joinpath("worthless.txt").read_text("ascii")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


class Worthless:
    """Worthless values, and their hashes for each fund."""

    def __init__(self, values: Iterable[str]) -> None:
        """values in any spelling; those that no kit takes for a trait need no place here."""
        self._canonical = tuple(sorted({canonical for value in values if (canonical := canonical_trait(value))}))

    def hashes(self, salt: str) -> frozenset[str]:
        """What they look like in the 確認コード of a fund."""
        return _hashes(self._canonical, salt)


@lru_cache(_FUNDS)
def _hashes(canonical: tuple[str, ...], salt: str) -> frozenset[str]:
    """Half a second for a hundred values, therefore once a process and fund."""
    return frozenset(trait_hash(one, salt) for one in canonical)
