# SPDX-License-Identifier: Apache-2.0
"""Both sites have the pages about oneself, under the same addresses."""

from appliance.contracts.pages import Guard
from appliance.model.words import Site
from appliance.web.people.routes import PEOPLE_ROUTES
from appliance.web.site_routes import rows_of


def test_portal_and_console_have_them_and_nobody_else() -> None:
    for site in (Site.PORTAL, Site.CONSOLE):
        assert set(PEOPLE_ROUTES) <= set(rows_of(site))
    assert not set(PEOPLE_ROUTES) & set(rows_of(Site.PUBLIC))
    assert {route.guard for route in PEOPLE_ROUTES} == {Guard.VISITOR}
