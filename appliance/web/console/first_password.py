# SPDX-License-Identifier: Apache-2.0
"""The sheet with a new first password: shown this once, good to print and hand over."""

from dataclasses import dataclass, field

from aiohttp.web import Response

from appliance.web.answers import shown
from appliance.web.request import Request
from appliance.web.vault_side import Answered


@dataclass(frozen=True, slots=True)
class Sheet:
    """about is whom it is for, as labels and values; back is where people came from."""

    here: str
    back: str
    about: tuple[tuple[str, str], ...]
    password: str = field(repr=False)
    of_staff: bool = False


def show_first_password(request: Request, answered: Answered, sheet: Sheet) -> Response:
    """The page."""
    return shown(request, "console/first_password", answered, sheet=sheet)
