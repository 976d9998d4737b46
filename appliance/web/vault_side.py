# SPDX-License-Identifier: Apache-2.0
"""The vault as the web tier sees it: one way to ask, one way to fetch bytes."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from appliance.link.envelope import Asserted, Visitor
from appliance.link.messages import Banner
from appliance.model.time import Instant


class Answered(Protocol):
    """What came back. now is the vault's clock; visitor is None where nobody is signed in."""

    @property
    def reply(self) -> Any:
        """The reply that the message's row of link/messages names."""

    @property
    def visitor(self) -> Visitor | None:
        """Who is signed in."""

    @property
    def now(self) -> Instant:
        """The vault's clock, which in a demo is not the wall's."""

    @property
    def demo(self) -> bool:
        """Whether this is a demo."""

    @property
    def banners(self) -> Sequence[Banner]:
        """What the fund tells everybody at this site now, the most important first."""


class Fetched(Protocol):
    """An answer with bytes after it."""

    @property
    def answered(self) -> Answered:
        """The answer itself."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes; raises link.refusals.Refused when they are cut short."""


class VaultLink(Protocol):
    """What this tier needs of a link client. Both raise link.refusals.Refused and nothing else."""

    async def ask(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = ...,
        request: str = "",
        stream: AsyncIterable[bytes] | None = None,
        stream_size: int = 0,
        timeout: float | None = None,
    ) -> Answered:
        """The answer to message; stream goes with it, of stream_size bytes or, if that is 0, of unknown length.

        timeout is in seconds, None: the link's own.
        """

    def fetch(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = ...,
        request: str = "",
        timeout: float | None = None,
    ) -> AbstractAsyncContextManager[Fetched]:
        """The answer to message, and the bytes that come with it."""
