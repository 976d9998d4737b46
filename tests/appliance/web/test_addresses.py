# SPDX-License-Identifier: Apache-2.0
"""Where people find the sites."""

from dataclasses import replace

import pytest

from appliance.config.settings import Settings, Sites, SiteSettings
from appliance.model.words import Site
from appliance.web.addresses import entrances


def test_each_site_has_the_page_with_which_people_begin() -> None:
    assert entrances(Settings()) == {
        "public": "https://127.0.0.11/onetime/",
        "portal": "https://127.0.0.12/sign-in",
        "console": "https://127.0.0.13/sign-in",
    }


@pytest.mark.parametrize(
    ("site", "address"),
    [
        (SiteSettings("10.0.0.10", hosts=("e-renkei.example.jp", "example.jp")), "e-renkei.example.jp"),
        (SiteSettings("10.0.0.10", port=443), "10.0.0.10"),
        (SiteSettings("10.0.0.10", port=8443), "10.0.0.10:8443"),
        (SiteSettings("fd00::1", port=443), "[fd00::1]"),
        (SiteSettings("fd00::1", port=8443), "[fd00::1]:8443"),
        (SiteSettings("10.0.0.10", port=8443, hosts=("e-renkei.example.jp:9443",)), "e-renkei.example.jp:9443"),
    ],
)
def test_a_name_comes_before_where_it_listens(site: SiteSettings, address: str) -> None:
    settings = replace(Settings(), sites=replace(Sites(), portal=site))
    assert entrances(settings)[Site.PORTAL] == f"https://{address}/sign-in"
