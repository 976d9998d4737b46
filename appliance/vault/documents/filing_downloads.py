# SPDX-License-Identifier: Apache-2.0
"""A filing's bytes: for its own office at the portal, for the fund at the console once it was delivered."""

from appliance.link.messages import DownloadFiling
from appliance.link.refusals import Refused, Why
from appliance.model.things import Filing
from appliance.model.words import SEEN_BY_FUND, Site
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.downloads import need_bytes, plain, send
from appliance.vault.records.tables import Goods, filings
from appliance.vault.records.transaction import Snapshot


def office_of_opened(snapshot: Snapshot, caller: Caller, message: DownloadFiling) -> str:
    """The office of a filing. Raises Refused NOT_FOUND, for the fund also before its delivery."""
    return _visible(snapshot, caller, message.filing).office


async def download_filing(core: Core, caller: Caller, message: DownloadFiling) -> Streamed:
    """The bytes as they came, all or a range; that it was opened is in the journal first. Raises Refused."""
    filing = await core.read(lambda snapshot: _visible(snapshot, caller, message.filing))
    need_bytes(filing)
    return await send(core, caller, plain(core, Goods.FILINGS, filing, message.start, message.stop))


def _visible(snapshot: Snapshot, caller: Caller, id: str) -> Filing:
    filing = filings.get(snapshot, id)
    if filing is None or (caller.call.site is Site.CONSOLE and filing.state not in SEEN_BY_FUND):
        raise Refused(Why.NOT_FOUND)
    return filing
