# SPDX-License-Identifier: Apache-2.0
"""How everything is on which the service depends: the console's page of what `renkei doctor` tells."""

from collections import Counter
from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.link.messages import Finding, ReadDiagnosis
from appliance.model.health import NEVER_VERIFIED, About, Light
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.console.health_words import LIGHTS, NAMES, NEVER, WORDS
from appliance.web.language import _
from appliance.web.request import Request

PLACE = "/health"
LOOKS = {Light.GREEN: "", Light.YELLOW: "new", Light.RED: "bad", Light.UNKNOWN: "off"}
WORST = (Light.RED, Light.YELLOW, Light.UNKNOWN, Light.GREEN)


@dataclass(frozen=True, slots=True)
class HealthLine:
    """A finding in words; said is what the other side said, in its own language."""

    look: str
    light: str
    name: str
    which: str
    cause: str
    fix: str
    said: str


async def show_health(request: Request) -> StreamResponse:
    """What is broken stands first."""
    answered = await request.ask(ReadDiagnosis())
    told = [one for one in answered.reply.findings if one.about in NAMES]
    lines = [line(one) for one in sorted(told, key=lambda one: WORST.index(one.light))]
    counts = Counter(one.light for one in told)
    return shown(
        request,
        "console/health",
        answered,
        lines=lines,
        broken=counts[Light.RED],
        doubtful=counts[Light.YELLOW],
        version=answered.reply.version,
        at=japanese.moment(answered.reply.at),
    )


def line(one: Finding) -> HealthLine:
    """A finding in the language of this request."""
    never = (one.about, one.said) == (About.JOURNAL, NEVER_VERIFIED)
    words = NEVER if never else WORDS[one.about, one.light]
    return HealthLine(
        LOOKS[one.light],
        _(LIGHTS[one.light]),
        _(NAMES[one.about]),
        one.which,
        _(words.cause, which=one.which, number=one.number),
        _(words.fix),
        one.said if one.light is not Light.GREEN and not never else "",
    )
