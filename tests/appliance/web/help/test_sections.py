# SPDX-License-Identifier: Apache-2.0
"""Which sections somebody sees, and that what the fund has set is what they say."""

from dataclasses import replace

import pytest

from appliance.config.settings import CalendarSettings, Door, OtpPolicy, Settings, Sites, SiteSettings
from appliance.model.words import WEB_SITES, Site
from appliance.web.help.chapters import CHAPTERS
from appliance.web.help.sections import SECTIONS, Section, limits_of, those_of
from appliance.web.rendering import FOLDER


@pytest.mark.parametrize(("sections", "folder"), [(SECTIONS, "help"), (CHAPTERS, "manual")])
def test_each_has_its_template_and_each_template_is_shown(sections: tuple[Section, ...], folder: str) -> None:
    written = {path.stem for path in (FOLDER / folder).glob("*.html")}
    frames = {"help": {"help", "answers", "_drawing"}, "manual": {"manual"}}[folder]
    assert {one.id for one in sections} | frames == written
    assert all(one.sites <= set(WEB_SITES) for one in sections)


@pytest.mark.parametrize("sections", [SECTIONS, CHAPTERS])
def test_without_filings_nothing_tells_of_them(sections: tuple[Section, ...]) -> None:
    for site in WEB_SITES:
        some, all_of = (those_of(sections, site, filings=filings) for filings in (False, True))
        assert set(all_of) - set(some) == {one for one in all_of if one.of_filings}


def test_limits_are_those_that_are_set() -> None:
    def at(minutes: int, mib: int) -> SiteSettings:
        return SiteSettings("127.0.0.1", visit_minutes=minutes, max_upload_mib=mib)

    settings = replace(
        Settings(),
        sites=Sites(public=at(1, 1), portal=at(45, 30), console=at(300, 50)),
        calendar=CalendarSettings(open="07:30", close="21:15"),
        door=Door(otp_policy=OtpPolicy.ALWAYS, otp_after_days=31),
    )
    portal, console, public = (limits_of(settings, site) for site in (Site.PORTAL, Site.CONSOLE, Site.PUBLIC))
    assert (portal.opens, portal.closes, portal.minutes, portal.mib) == ("07:30", "21:15", 45, 30)
    assert (console.minutes, console.mib, console.otp_days, console.otp_always) == (300, 50, 31, True)
    assert public == portal
