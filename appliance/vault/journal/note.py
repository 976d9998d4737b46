# SPDX-License-Identifier: Apache-2.0
"""Signed checkpoints as text: C2SP signed notes (c2sp.org/signed-note) that hold a c2sp.org/tlog-checkpoint.

renkei.fund.example/journal          origin
1234                                 number of entries
7VbXe3ndA5p…=                        root, base64
                                     an empty line
— renkei.fund.example/journal Bw3…   name of the key, base64 of key id (4 bytes) and Ed25519 signature
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appliance.vault.journal.merkle import HASH_SIZE, MAX_SIZE

ED25519 = b"\x01"
MAX_NOTE = 16 * 1024
MAX_SIGNATURES = 16

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX8 = re.compile(r"[0-9a-f]{8}")


class BadNote(Exception):
    """The text is no checkpoint, or not one that this key signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """That the log origin had size entries with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and its name, which is the origin of the log."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Raise BadNote unless name and key can stand in a note."""
        if not _NAME.fullmatch(self.name):
            raise BadNote(f"a key cannot be named {self.name!r}")
        if len(self.public) != 32:
            raise BadNote(f"an Ed25519 key has 32 bytes, not {len(self.public)}")

    @property
    def id(self) -> bytes:
        """The 4 bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The text form: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{encoded(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The inverse of str(); BadNote if text is no Ed25519 verifier key."""
        name, *rest = text.split("+", 2)
        if len(rest) != 2 or not _HEX8.fullmatch(rest[0]):
            raise BadNote("this is no verifier key")
        raw = decoded(rest[1])
        if raw[:1] != ED25519:
            raise BadNote("the verifier key is of a kind that is not known")
        key = cls(name, raw[1:])
        if key.id.hex() != rest[0]:
            raise BadNote("the verifier key does not fit its id")
        return key


class NoteSigner:
    """Signs checkpoints of one log."""

    def __init__(self, origin: str, key: Ed25519PrivateKey) -> None:
        """origin is the name of the log and of the key."""
        self.verifier = VerifierKey(origin, key.public_key().public_bytes_raw())
        self._key = key

    def sign(self, size: int, root: bytes) -> str:
        """The signed note over size entries with this root."""
        text = Checkpoint(self.verifier.name, size, root).text
        signature = encoded(self.verifier.id + self._key.sign(text.encode()))
        return f"{text}\n— {self.verifier.name} {signature}\n"


def encoded(raw: bytes) -> str:
    """Base64 as notes use it."""
    return base64.b64encode(raw).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes of strict, canonical base64; BadNote otherwise."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("this is not base64") from error
    if encoded(raw) != text:
        raise BadNote("this base64 is not in its canonical form")
    return raw


def claim(note: str) -> Checkpoint:
    """What a note says; nobody has looked at its signatures. BadNote if it is no checkpoint."""
    return _checkpoint(_halves(note)[0])


def open_note(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note, which key has signed for its own log; BadNote otherwise.

    Signatures of other keys (of witnesses) are passed over.
    """
    text, lines = _halves(note)
    checkpoint = _checkpoint(text)
    ours = [signature for name, signature in map(_signature, lines) if name == key.name and signature[:4] == key.id]
    if not ours:
        raise BadNote(f"the checkpoint is not signed with the key {key.name}+{key.id.hex()}")
    public = Ed25519PublicKey.from_public_bytes(key.public)
    try:
        for signature in ours:
            public.verify(signature[4:], text.encode())
    except InvalidSignature as error:
        raise BadNote("the signature of the checkpoint is wrong") from error
    if checkpoint.origin != key.name:
        raise BadNote(f"the checkpoint is of another log: {checkpoint.origin}")
    return checkpoint


def _halves(note: str) -> tuple[str, list[str]]:
    """The signed text with its last line end, and the lines of signatures."""
    if len(note) > MAX_NOTE:
        raise BadNote("the checkpoint is too long")
    text, empty, signatures = note.rpartition("\n\n")
    if not empty or not signatures.endswith("\n"):
        raise BadNote("the checkpoint is cut off, or none at all")
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"the checkpoint has more than {MAX_SIGNATURES} signatures")
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    dash, *rest = line.split(" ")
    if dash != "—" or len(rest) != 2 or not _NAME.fullmatch(rest[0]):
        raise BadNote("a line of the checkpoint should be a signature and is none")
    return rest[0], decoded(rest[1])


def _checkpoint(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    if len(lines) != 3:
        raise BadNote("a checkpoint has three lines: origin, size and root")
    origin, size, root = lines
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise BadNote("the first two lines of a checkpoint are its origin and its size")
    raw = decoded(root)
    if len(raw) != HASH_SIZE:
        raise BadNote(f"the root of a checkpoint has {HASH_SIZE} bytes, not {len(raw)}")
    return Checkpoint(origin, int(size), raw)
