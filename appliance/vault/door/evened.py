# SPDX-License-Identifier: Apache-2.0
"""Answers that come at the beat of a clock, so that how long one took tells nothing of whom it was about.

What is written about an account is more than what is written about a name that nobody has, by some hundred
microseconds: hundreds of tries would show it. Waiting costs nothing but a place. A further part of a beat is drawn,
so that those who came together do not all leave together, which everybody else would feel.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, TypeVar

from appliance.link.refusals import Refused
from appliance.vault.caller import Caller
from appliance.vault.core import Core

# In seconds.
BEAT: Final = 0.1

Message = TypeVar("Message")
Reply = TypeVar("Reply")
Handling = Callable[[Core, Caller, Message], Awaitable[Reply]]


def evened(handler: Handling[Message, Reply]) -> Handling[Message, Reply]:
    """The handler, whose replies and refusals come a whole number of beats and a drawn part after it has begun."""

    @wraps(handler)
    async def on_the_beat(core: Core, caller: Caller, message: Message) -> Reply:
        begun = core.clock.monotonic()
        try:
            reply = await handler(core, caller, message)
        except Refused:
            await _rest(core, begun)
            raise
        await _rest(core, begun)
        return reply

    return on_the_beat


async def _rest(core: Core, begun: float) -> None:
    drawn = int.from_bytes(core.random.bytes(2)) / 0x10000
    await core.pause(BEAT - (core.clock.monotonic() - begun) % BEAT + BEAT * drawn)
