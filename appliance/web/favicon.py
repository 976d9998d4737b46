# SPDX-License-Identifier: Apache-2.0
"""The mark of the service, at the one path that browsers ask for unasked."""

from aiohttp.web import StreamResponse

from appliance.web.answers import asset
from appliance.web.request import Request


async def show_mark(request: Request) -> StreamResponse:
    """The mark, as SVG."""
    found = request.house.assets.get("/static/mark.svg")
    assert found is not None, "mark.svg is part of the package"
    return asset(found, request.raw.headers)
