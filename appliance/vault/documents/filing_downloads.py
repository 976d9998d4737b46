# SPDX-License-Identifier: Apache-2.0
"""A filing's bytes: for its own office at the portal, for the fund at the console once it was delivered."""

from appliance.link.messages import DownloadFiling
from appliance.link.refusals import Refused, Why
from appliance.model.words import FilingState
from appliance.vault.caller import Caller, Streamed
from appliance.vault.core import Core
from appliance.vault.documents.downloads import need_bytes, plain, send
from appliance.vault.filings.known import known_filing
from appliance.vault.filings.offered import where_offered
from appliance.vault.records.tables import Goods


@where_offered
async def download_filing(core: Core, caller: Caller, message: DownloadFiling) -> Streamed:
    """The bytes as they came, all or a range; that it was opened is in the journal first. Raises Refused.

    What no scanner has looked at yet, though it should, is opened by nobody (A48).
    """
    filing = await core.read(lambda snapshot: known_filing(snapshot, caller, message.filing))
    need_bytes(filing)
    if filing.state is FilingState.HELD:
        raise Refused(Why.CONFLICT, "filing.now_held")
    return await send(core, caller, plain(core, Goods.FILINGS, filing, message.start, message.stop))
