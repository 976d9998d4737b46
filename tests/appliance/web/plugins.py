# SPDX-License-Identifier: Apache-2.0
"""Pages of a plugin as tests write them: good ones, bad ones, and how the host hands them over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from appliance.contracts.families import BY_ID
from appliance.contracts.pages import Guard, Page, PageAnswer, PageRequest
from appliance.host.guarded import Rule, guarded
from appliance.host.page_answers import wrong_page
from appliance.metrics.registry import Metrics
from appliance.model.words import Site

Handler = Callable[[PageRequest], Awaitable[PageAnswer]]


async def greet(request: PageRequest) -> PageAnswer:
    """A page with a form."""
    return PageAnswer(
        "<あいさつ>",
        (f"{request.path.get('name', '')}さん",),
        (("word", "ことば"),),
        "送る" if request.query else "",
    )


def page(method: str, path: str, handler: Handler, guard: Guard = Guard.VISITOR, menu: str = "") -> Page:
    """A page of the portal."""
    return Page(Site.PORTAL, method, path, guard, menu, handler)


def watched(handler: Handler, method: str = "GET", path: str = "/x/lunch/parts", **more: Any) -> Page:
    """A page as the host hands it over: guarded, with little patience."""
    family = replace(BY_ID["pages"], timeout=0.1, own_time=(("count", 0.1),))
    calls = Metrics(process=False).plugin_call("lunch", "pages")
    made: Page = guarded(replace(page(method, path, handler), **more), Rule("lunch", family, calls, wrong_page))
    return made


async def raises(request: PageRequest) -> Any:
    """Fails."""
    raise RuntimeError("secret")


async def hangs(request: PageRequest) -> Any:
    """Never answers."""
    await asyncio.Event().wait()


async def talks_nonsense(request: PageRequest) -> Any:
    """Answers HTML."""
    return "<h1>secret</h1>"
