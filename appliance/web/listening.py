# SPDX-License-Identifier: Apache-2.0
"""The stream of events to one page."""

from contextlib import aclosing

from aiohttp.web import StreamResponse

from appliance.link.messages import Follow
from appliance.web.answers import EVERYWHERE
from appliance.web.request import Request

PLACE = "/live"
EVENTS = {**EVERYWHERE, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}


async def listen(request: Request) -> StreamResponse:
    """Events until the page goes, its visit ends, or the vault or this site goes away.

    The query's since is the mark of the page as it is shown. Raises Refused BUSY where it would hear nothing: the
    page comes again.
    """
    live = request.house.live
    live.need_place()
    answered = await request.ask(Follow())
    with live.page(answered.reply.channel, request.query.get("since", "")) as page:
        answer = StreamResponse(headers=EVENTS)
        answer.force_close()
        await answer.prepare(request.raw)
        async with aclosing(page.words(live.heartbeat)) as words:
            async for word in words:
                await answer.write(word)
    return answer
