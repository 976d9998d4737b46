# SPDX-License-Identifier: Apache-2.0
"""Can a site have a plugin's page where the plugin wants it? Asked of each page before the start."""

import re

from appliance.contracts.pages import Guard, Page

_PATH = re.compile(r"/x/[a-z][a-z0-9_]*(/([a-z0-9][a-z0-9_-]*|\{[a-z_]+\}))*")
_METHODS = frozenset({"GET", "POST"})


def misplaced(page: Page) -> str:
    """Why no site can have the page, with what to do; or ""."""
    if page.method not in _METHODS:
        return f"{page.path}: the method of a page is GET or POST, not {page.method}"
    if _PATH.fullmatch(page.path) is None:
        return f"{page.path or 'a page without a path'}: write /x/<plugin>/…, in small letters and digits"
    if page.menu and ("{" in page.path or page.method != "GET" or page.guard is not Guard.VISITOR):
        return f"{page.path}: a page in the menu has one path, for visitors, by GET; leave out the menu"
    return ""


def misplaced_for(plugin: str, page: Page) -> str:
    """The same of a page that a certain plugin hands over: it lies at the plugin's name, or below it."""
    if fault := misplaced(page):
        return fault
    own = f"/x/{plugin}"
    return "" if f"{page.path}/".startswith(f"{own}/") else f"{page.path}: write {own}, or a path below it"
