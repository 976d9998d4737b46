# SPDX-License-Identifier: Apache-2.0
"""What `wg show … dump` says (wg(8)): ourselves in the first line, then a line for each peer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.contracts.tunnel import EngineAway

_NONE = "(none)"


@dataclass(frozen=True, slots=True)
class Shown:
    """A peer. handshake is when it last shook hands, in seconds since 1970, 0 if it never did.

    endpoint is where its last packet came from, "" if none ever did. Bytes are from the peer (in) and to it (out).
    """

    key: str
    endpoint: str
    allowed: Sequence[str]
    handshake: int
    bytes_in: int
    bytes_out: int

    @property
    def address(self) -> str:
        """The one address inside that it may send from."""
        return self.allowed[0].partition("/")[0] if self.allowed else ""

    @property
    def source(self) -> str:
        """The endpoint without its port."""
        return self.endpoint.rpartition(":")[0].strip("[]")


@dataclass(frozen=True, slots=True)
class Dump:
    """An interface. private and public are our keys, port that at which we listen."""

    private: str = field(repr=False)
    public: str
    port: int
    peers: Sequence[Shown]

    @property
    def allowed(self) -> dict[str, Sequence[str]]:
        """The addresses of each key."""
        return {peer.key: peer.allowed for peer in self.peers}


def is_same(before: Shown, after: Shown) -> bool:
    """Whether a peer is still the one that it was: one that was made anew may shake hands, and begins at 0."""
    return (before.key, before.handshake) == (after.key, after.handshake) and before.bytes_in <= after.bytes_in


def read(text: str) -> Dump:
    """Raises EngineAway for what makes no sense; nothing of the text is repeated, for our key is in it."""
    try:
        ours, *peers = (line.split("\t") for line in text.splitlines())
        private, public, port, _ = ours
        return Dump(_some(private), _some(public), int(port), [_peer(words) for words in peers])
    except ValueError:
        raise EngineAway("what `wg show` says makes no sense") from None


def _peer(words: Sequence[str]) -> Shown:
    key, _, endpoint, allowed, handshake, bytes_in, bytes_out, _ = words
    addresses = _some(allowed).split(",") if _some(allowed) else []
    return Shown(key, _some(endpoint), addresses, int(handshake), int(bytes_in), int(bytes_out))


def _some(word: str) -> str:
    return "" if word == _NONE else word
