# SPDX-License-Identifier: Apache-2.0
"""A scanner that says what a test tells it to say."""

from appliance.contracts.scanner import Scanned, ScannerAway, ScannerState, ScanRequest, Verdict


class Saying:
    """Says what it is told to say, of what it has read to its end."""

    def __init__(self, *said: Verdict | None) -> None:
        """None: it is away. The last one stays."""
        self.said = list(said)
        self.read: list[bytes] = []

    async def scan(self, request: ScanRequest) -> Scanned:
        """The contract's."""
        self.read.append(b"".join([piece async for piece in request.chunks()]))
        verdict = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        if verdict is None:
            raise ScannerAway("not here")
        return Scanned(verdict, "" if verdict is Verdict.CLEAN else "Test.Virus")

    async def state(self) -> ScannerState:
        """The contract's."""
        return ScannerState("TestScan 1.0")
