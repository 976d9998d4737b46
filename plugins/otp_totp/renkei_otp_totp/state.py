# SPDX-License-Identifier: Apache-2.0
"""What the core keeps for each account: a secret, and the last time step whose code was accepted."""

import struct
from dataclasses import dataclass, replace

from appliance.contracts.plugin import PluginError

VERSION = 1
SECRET_BYTES = 20  # as long as the digest of HMAC-SHA-1, RFC 4226 section 4
_FORM = struct.Struct(f">B{SECRET_BYTES}sQ")


@dataclass(frozen=True, slots=True)
class State:
    """Only codes of steps after last_step prove (RFC 6238 section 5.2, L9)."""

    secret: bytes
    last_step: int = 0

    @classmethod
    def unpacked(cls, kept: bytes) -> "State":
        """What packed() gave. Raises PluginError."""
        try:
            version, secret, last_step = _FORM.unpack(kept)
        except struct.error as error:
            raise _unreadable() from error
        if version != VERSION:
            raise _unreadable()
        return cls(secret, last_step)

    def packed(self) -> bytes:
        """The state as bytes."""
        return _FORM.pack(VERSION, self.secret, self.last_step)

    def accepted(self, step: int) -> "State":
        """The code of step has proven, and with it all before are void."""
        return replace(self, last_step=step)


def _unreadable() -> PluginError:
    return PluginError("this state is damaged or of a later version; enrol the account again")
