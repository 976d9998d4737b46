# SPDX-License-Identifier: Apache-2.0
"""Which table of routes belongs to which site."""

from appliance.model.words import Site
from appliance.web.console.routes import ROUTES as CONSOLE
from appliance.web.portal.routes import ROUTES as PORTAL
from appliance.web.public.routes import ROUTES as PUBLIC
from appliance.web.routes import Route
from appliance.web.switching import ROUTES as EVERYWHERE

_TABLES = {Site.PUBLIC: PUBLIC, Site.PORTAL: PORTAL, Site.CONSOLE: CONSOLE}


def rows_of(site: Site) -> tuple[Route, ...]:
    """The routes of a site, without those of plugins."""
    return (*_TABLES[site], *EVERYWHERE)
