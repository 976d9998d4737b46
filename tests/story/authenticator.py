# SPDX-License-Identifier: Apache-2.0
"""The authenticator app on somebody's phone; its clock is the vault's, which in a demo is not the wall's."""

from dataclasses import dataclass, field

import pyotp

STEP = 30


@dataclass
class Authenticator:
    """Keeps one secret. Each code is good once (RFC 6238 §5.2), so a second one in a step is the next one's."""

    secret: str = field(default="", repr=False)
    used: int = 0

    def enrol(self, secret: str) -> None:
        """Type in the secret that the page shows."""
        self.secret = "".join(secret.split())
        self.used = 0

    def code(self, now: int) -> str:
        """The next code at this instant, in milliseconds. Raises AssertionError where the vault takes none yet."""
        step = now // 1000 // STEP
        self.used = max(step - 1, self.used + 1)
        assert self.used <= step + 1, "three sign-ins in half a minute are all that an app has codes for"
        return pyotp.TOTP(self.secret).at(self.used * STEP)
