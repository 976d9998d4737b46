# SPDX-License-Identifier: Apache-2.0
"""The way back: after a visit has ended, signing in leads to where somebody was."""

import re
from urllib.parse import quote

_PAGE = re.compile(r"/[a-z0-9-]{1,40}(/[a-z0-9-]{1,40}){0,4}")
_PLACE = re.compile(r"(/[a-z0-9-]{1,40}){0,5}/?(\?[A-Za-z0-9=&%._~+-]{1,400})?")
HOME = "/"
_DOWNLOADS = ("/file", "/zip")


def way_back(path: str) -> str:
    """A path of this site that may be gone to, else the menu; a download is no place to be."""
    is_place = _PAGE.fullmatch(path) is not None and not path.endswith(_DOWNLOADS) and path != "/sign-in"
    return path if is_place else HOME


def sign_in_from(path: str) -> str:
    """The address of signing in for somebody whose visit has ended at path."""
    place = way_back(path)
    return "/sign-in?ended=1" + (f"&to={quote(place, safe='')}" if place != HOME else "")


def same_place(address: str) -> str:
    """The address of a page as it is, with what was asked for, when only its language changes; else the menu."""
    path = address.partition("?")[0]
    is_place = _PLACE.fullmatch(address) is not None and path != "" and not path.endswith(_DOWNLOADS)
    return address if is_place else HOME
