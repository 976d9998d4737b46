# SPDX-License-Identifier: Apache-2.0
"""The authenticator app on somebody's phone; its clock is the vault's, which in a demo is not the wall's.

A real phone therefore has the wrong codes for a demo; `python -m tests.story.authenticator` has the right ones.
"""

import argparse
import json
import subprocess
import sys
import time
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
        """The next code at this instant, in milliseconds; 0 where no demo tells one, and the clock is the wall's.

        Raises AssertionError where the vault takes none yet.
        """
        step = (now // 1000 or int(time.time())) // STEP
        self.used = max(step - 1, self.used + 1)
        assert self.used <= step + 1, "three sign-ins in half a minute are all that an app has codes for"
        return pyotp.TOTP(self.secret).at(self.used * STEP)


def main() -> int:
    """Print the code of this moment of a demo."""
    parser = argparse.ArgumentParser(prog="authenticator", description=__doc__)
    parser.add_argument("secret")
    parser.add_argument("--config", required=True, help="of the demo, for its clock")
    given = parser.parse_args()
    words = [sys.executable, "-m", "appliance.cli.main", "status", "--json", "--config", given.config]
    asked = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    if asked.returncode == 0:
        print(pyotp.TOTP(given.secret).at(json.loads(asked.stdout)["now"] // 1000))
    return asked.returncode


if __name__ == "__main__":
    sys.exit(main())
