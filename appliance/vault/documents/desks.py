# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about documents on their way out: notices to offices, filings to whoever may see them."""

from collections.abc import Mapping

from appliance.link import messages as m
from appliance.vault.documents import (
    cancelling,
    delivering,
    downloads,
    filing_downloads,
    notice_downloads,
    notices,
    take_out,
    uploads,
)
from appliance.vault.filings.known import office_of_filing
from appliance.vault.reception import Desk

OUTGOING_DESKS: Mapping[type, Desk] = {
    m.DeliverNotice: Desk(delivering.deliver_notice, uploads.office_of_upload),
    m.DeliverCopies: Desk(delivering.deliver_copies, notices.office_of_notice),
    m.CancelNotice: Desk(cancelling.cancel_notice, notices.office_of_notice),
    m.DownloadNotice: Desk(notice_downloads.download_notice, notices.office_of_notice),
    m.DownloadNotices: Desk(notice_downloads.download_notices, notice_downloads.office_of_notices),
    m.DownloadFiling: Desk(filing_downloads.download_filing, office_of_filing),
    m.TakeOut: Desk(take_out.take_out),
    m.DownloadFinished: Desk(downloads.download_finished, downloads.office_of_download),
}
