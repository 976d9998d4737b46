# SPDX-License-Identifier: Apache-2.0
"""Which pages there are: every route that answers with a page, and where the people of a cast find it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from appliance.link.messages import DownloadFinished, FetchFinished
from appliance.model.words import Site
from appliance.testing.services import fake_services
from appliance.web.plugin_pages import routes_of
from appliance.web.routes import Route, Routes
from appliance.web.site_routes import rows_of
from tests.browser.cast import Cast
from tests.servers.chromium import Tab

PORTAL, CONSOLE = ("admin", "sharoshi", "newcomer"), ("clerk", "desk", "system", "second", "auditor", "trainee")
PEOPLE = {"public": Site.PUBLIC, "holder": Site.PUBLIC, "nobody": Site.PORTAL}
PEOPLE |= dict.fromkeys(PORTAL, Site.PORTAL) | dict.fromkeys(CONSOLE, Site.CONSOLE)
# What no link leads to, or only one that the page writes for a moment.
DOORS = {
    "public": ("/", "/register", "/onetime", "/onetime/", "/download", "/activate"),
    "holder": ("/download/list", "/activate/send", "/activate/status"),
    "nobody": ("/sign-in", "/sign-in?ended=1"),
    "newcomer": ("/register",),
    "trainee": ("/register",),
    "clerk": ("/sign-in", "/tunnels/end/all"),
    "admin": (
        "/filings?state=cancelled&month=2020-01",
        "/notices?state=unread",
        "/users/new",
        "/own/app",
        "/zip-password/change",
    ),
}


# Of each kind of page, by each of the people: how many are searched for links, how many are shown.
FOLLOWED, LOOKED_AT = 5, 2


@dataclass(frozen=True)
class Stop:
    """A page that somebody sees at a path, and the route that answers."""

    who: str
    site: Site
    path: str
    route: str


def pages(site: Site) -> set[str]:
    """The routes of a site that answer with a page of HTML to somebody who looks."""
    return {row.path for row in rows(site) if row.method == "GET" and _is_page(row)}


def rows(site: Site) -> tuple[Route, ...]:
    """The routes of a site, and those of the plugin that the fund of the cast has."""
    # Installed nowhere: `make journeys` shows the product as it is delivered, and finds no plugin.
    from renkei_inquiry.web import InquiryPages

    made = InquiryPages(None, fake_services()).register_pages()
    return (*rows_of(site), *routes_of([page for page in made if page.site is site]))


def _is_page(row: Route) -> bool:
    if row.path.startswith("/language/"):  # it leads back to where one was
        return False
    if row.path.startswith("/x/"):  # a page of a plugin, which may send whatever a visitor may
        return True
    fetches = {DownloadFinished, FetchFinished} & set(row.sends)
    return not fetches and not row.path.endswith((".csv", ".ico", "/live", "/pdf"))


async def stops(cast: Cast, who: str) -> AsyncIterator[Stop]:
    """Every page that somebody comes to by links, one or two of each kind; what is refused is no stop."""
    site = PEOPLE[who]
    routes, known = Routes(rows(site)), pages(site)
    waiting, seen, times = ["/", *DOORS.get(who, ())], set[str](), dict.fromkeys(known, 0)
    while waiting:
        path = waiting.pop(0)
        route = routes.methods(path.partition("?")[0]).get("GET")
        if path in seen or route is None or route.path not in known or times[route.path] >= FOLLOWED:
            continue
        seen.add(path)
        answer = await cast[who].get(path)
        if answer.status == 200 and (answer.path == path.partition("?")[0] or path in DOORS.get(who, ())):
            times[route.path] += 1
            waiting += [link.partition("#")[0] for link in answer.page.links if link.startswith("/")]
            if times[route.path] <= LOOKED_AT:
                yield Stop(who, site, path, route.path)


async def show(tab: Tab, cast: Cast, who: str, path: str) -> None:
    """Open a page as somebody."""
    visitor = cast[who]
    await tab.be(visitor.site, visitor.cookie_values)
    await tab.go(visitor.site + path)
