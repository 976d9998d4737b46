# SPDX-License-Identifier: Apache-2.0
"""What is appended to the base installer, so that it becomes the installer of one seat (docs/kits.md).

Client, authorities, seat, zeros, footer. The footer tells the sizes, and the SHA-256 of all that stands before it
from the client on; its own end is that of the file, or the place where a signature begins, which is why the whole
has a multiple of eight bytes: a signer would fill it up otherwise. The first two are the same in all kits of a
fund, and are hashed once; a kit costs only what is its own.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from appliance.contracts.kit import EngineClient, KitNotBuilt

MAGIC = b"RENKEI-KIT-DATA1"
FOOTER = struct.Struct("<16s4Q32s")
PIECE = 1024 * 1024
PROGRAM = b"MZ"
AGAIN = "add it again with `renkei kit add-client`"


@dataclass(frozen=True)
class Front:
    """What all kits of a fund begin with. whole and payload are running hashes: they are copied, never changed."""

    base: bytes
    client: EngineClient
    authorities: bytes
    whole: Any
    payload: Any

    @property
    def size(self) -> int:
        """Of all of it."""
        return len(self.base) + self.client.size + len(self.authorities)

    def tail(self, seat: bytes) -> bytes:
        """What comes behind it, for one seat."""
        padding = bytes(-(self.size + len(seat) + FOOTER.size) % 8)
        payload = self.payload.copy()
        payload.update(seat + padding)
        sizes = (self.client.size, len(self.authorities), len(seat), len(padding))
        return seat + padding + FOOTER.pack(MAGIC, *sizes, payload.digest())

    def sha256(self, tail: bytes) -> bytes:
        """Of the whole kit."""
        whole = self.whole.copy()
        whole.update(tail)
        digest: bytes = whole.digest()
        return digest


def front_of(base: bytes, client: EngineClient, authorities: bytes) -> Front:
    """Read the client once, to its end. Blocks. Raises KitNotBuilt where it is not the one that was added."""
    whole, payload, alone = hashlib.sha256(base), hashlib.sha256(), hashlib.sha256()
    size = 0
    for piece in client_pieces(client):
        if not size and not piece.startswith(PROGRAM):
            raise KitNotBuilt(
                f"{client.file_name} is no program of Windows; add the installer with the ending .exe"
            )
        size += len(piece)
        for hash in (whole, payload, alone):
            hash.update(piece)
    if size != client.size or alone.digest() != client.sha256:
        raise _changed(client)
    for hash in (whole, payload):
        hash.update(authorities)
    return Front(base, client, authorities, whole, payload)


def client_pieces(client: EngineClient) -> Iterator[bytes]:
    """The bytes of the client. Blocks. Raises KitNotBuilt."""
    try:
        with client.file.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise KitNotBuilt(f"{client.file_name} cannot be read ({error.strerror}); {AGAIN}") from error


def sound_pieces(client: EngineClient) -> Iterator[bytes]:
    """The bytes of the client, once more from its file. Raises KitNotBuilt at their end where they are others."""
    alone = hashlib.sha256()
    for piece in client_pieces(client):
        alone.update(piece)
        yield piece
    if alone.digest() != client.sha256:
        raise _changed(client)


def _changed(client: EngineClient) -> KitNotBuilt:
    return KitNotBuilt(f"{client.file_name} is not the file any more that was added; {AGAIN}")
