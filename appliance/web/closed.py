# SPDX-License-Identifier: Apache-2.0
"""The page that stands in for the sign-in page while the service is closed."""

from aiohttp.web import Response

from appliance.link.messages import HoursNow
from appliance.web.answers import shown
from appliance.web.request import Request
from appliance.web.vault_side import Answered


def closed_page(request: Request, answered: Answered) -> Response:
    """Why it is closed, and when it opens; answered is the vault's answer to AskHours.

    Its status is 200: it is what people asked for, and no fault that somebody should look into every evening.
    """
    hours: HoursNow = answered.reply
    said = request.house.texts.explain(f"closed.{hours.reason}", {"opens_at": str(hours.next_open)})
    return shown(request, "closed", answered, explanation=said, ended="ended" in request.query)
