# SPDX-License-Identifier: Apache-2.0
"""Each page with an address says what it is for, in at most two sentences, and leads to the help that says more."""

import re
from html import unescape
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

from appliance import web
from appliance.model.words import WEB_SITES, Site
from appliance.web.forms import FormPage
from appliance.web.help.sections import SECTIONS
from appliance.web.listening import PLACE
from appliance.web.rendering import FOLDER
from appliance.web.routes import Route
from appliance.web.site_routes import rows_of
from appliance.web.visiting import DoorPage
from tests.appliance.web.conftest import Browser, Opening

# What follows an act, comes instead of a page, or is a plugin's own.
ANSWERS = {
    "plugin_page",
    "closed",
    "code_requested",
    "console/deliver_rest",
    "console/first_password",
    "ended",
    "portal/filing_sent",
    "portal/first_password",
    "portal/handed_over",
    "portal/zip_password_shown",
    "public/activated",
    "public/registered",
    "refusal",
    "signed_out",
}
PAGES = [path for path in sorted(FOLDER.rglob("*.html")) if 'extends "_layout.html"' in path.read_text("utf-8")]
# So many pages of each site at least are what they are for; the other addresses lead on, or answer with a file.
PAGES_OF = {Site.PUBLIC: 4, Site.PORTAL: 22, Site.CONSOLE: 22}
ABOUT = re.compile(r'<p class="about">(.*?)</p>', re.DOTALL)
LINK = re.compile(r'<a [^>]*href="([^"]*)">.*?</a>')


def ready(browser: Browser, row: Route) -> str:
    """Something to see at a path; the path."""
    vault = browser.vault
    if row.guard.value == "visitor":
        browser.sign_in()
    names = {
        "{office}": vault.offices[0].id,
        "{account}": vault.people.users[1].account,
        "{id}": vault.deliver(b"%PDF-"),
    }
    path = row.path
    for place, value in names.items():
        path = path.replace(place, value)
    return path


@pytest.mark.parametrize("site", WEB_SITES)
async def test_a_page_explains_itself_in_two_sentences(open_site: Opening, site: Site) -> None:
    browser, seen = await open_site(site), 0
    for row in rows_of(site):
        if row.method == "GET" and row.path != PLACE:
            answer = await browser.get(ready(browser, row))
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status == 200:
                explains_itself(answer.text, site)
                seen += 1
    assert seen >= PAGES_OF[site]


def explains_itself(page: str, site: Site) -> None:
    """One paragraph below the heading says what a page is for, and leads to nothing but the help."""
    found = ABOUT.findall(page)
    assert len(found) == 1, page
    assert page.index("<h1") < page.index('class="about"')
    said = unescape(LINK.sub("", found[0])).strip()
    assert 1 <= said.count("。") <= 2 and said.endswith("。"), said
    assert "<" not in said
    leads = LINK.findall(found[0])
    assert all(_is_section(link, site) for link in leads), leads


def _is_section(link: str, site: Site) -> bool:
    return link.removeprefix("/help#") in {one.id for one in SECTIONS if site in one.sites}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_only_what_follows_an_act_says_nothing_about_itself(path: Path) -> None:
    text = path.read_text("utf-8")
    said = text.count("{{ about(") + text.count('<p class="about">')
    is_answer = str(path.relative_to(FOLDER).with_suffix("")) in ANSWERS
    assert (said == 0) if is_answer else (said == 1 or ("{% else %}" in text and said == 2))


def test_every_answer_is_there() -> None:
    assert {str(path.relative_to(FOLDER).with_suffix("")) for path in PAGES} >= ANSWERS


def pages_of_forms() -> list[FormPage | DoorPage]:
    """Every page that is nothing but a form, at whatever module it stands."""
    modules = [import_module(one.name) for one in walk_packages(web.__path__, f"{web.__name__}.")]
    values = [value for module in modules for value in vars(module).values()]
    values += [page for value in values if isinstance(value, dict) for page in value.values()]
    return [value for value in values if isinstance(value, FormPage | DoorPage)]


def test_a_page_of_a_form_begins_with_what_it_is_for() -> None:
    found = {page.title: page.about if isinstance(page.about, str) else page.about[0] for page in pages_of_forms()}
    assert len(found) >= 18
    assert {title: said for title, said in found.items() if not 1 <= said.count("。") <= 2} == {}
