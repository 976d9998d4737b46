# SPDX-License-Identifier: Apache-2.0
"""What the core keeps for each account: a secret, the number of its last code, and when that one is valid."""

import struct
from dataclasses import astuple, dataclass, replace

from appliance.contracts.plugin import PluginError
from appliance.model.time import Instant

VERSION = 1
SECRET_BYTES = 20  # as long as the digest of HOTP, RFC 4226 section 4
_FORM = struct.Struct(f">B{SECRET_BYTES}sQQQ")


@dataclass(frozen=True, slots=True)
class State:
    """The code number counter is valid from begun_at until before ends_at; used or never made, at no time."""

    secret: bytes
    counter: int = 0
    begun_at: Instant = 0
    ends_at: Instant = 0

    @classmethod
    def unpacked(cls, kept: bytes) -> "State":
        """What packed() gave. Raises PluginError."""
        try:
            version, *fields = _FORM.unpack(kept)
        except struct.error as error:
            raise _unreadable() from error
        if version != VERSION:
            raise _unreadable()
        return cls(*fields)

    def packed(self) -> bytes:
        """The state as bytes."""
        return _FORM.pack(VERSION, *astuple(self))

    def is_valid(self, now: Instant) -> bool:
        """Whether the code may be used. One that was begun after now is void: the clock was set back."""
        return self.begun_at <= now < self.ends_at

    def next(self, now: Instant, ends_at: Instant) -> "State":
        """A new code, valid from now."""
        return replace(self, counter=self.counter + 1, begun_at=now, ends_at=ends_at)

    def used(self) -> "State":
        """The code has proven."""
        return replace(self, begun_at=0, ends_at=0)


def _unreadable() -> PluginError:
    return PluginError("this state is damaged or of a later version; enrol the account again")
