# SPDX-License-Identifier: Apache-2.0
"""Who does the messages about filings: the part of the table of desks that desks.py takes in."""

from collections.abc import Mapping

from appliance.link.messages import filings as f
from appliance.vault.documents.uploads import office_of_upload
from appliance.vault.filings import acts, detail, listing, rules, submitting
from appliance.vault.filings.known import office_of_filing, office_of_filings
from appliance.vault.reception import Desk

FILING_DESKS: Mapping[type, Desk] = {
    f.SubmitFiling: Desk(submitting.submit_filing, office_of_upload),
    f.ListFilings: Desk(listing.list_filings, office_of_filings, for_plugins=True),
    f.ReadFiling: Desk(detail.read_filing, office_of_filing, for_plugins=True),
    f.ApproveFiling: Desk(acts.approve_filing, office_of_filing),
    f.DeliverFiling: Desk(acts.deliver_filing, office_of_filing),
    f.CancelFiling: Desk(acts.cancel_filing, office_of_filing),
    f.ReceiveFiling: Desk(acts.receive_filing, office_of_filing),
    f.AcceptFiling: Desk(acts.accept_filing, office_of_filing),
    f.ReturnFiling: Desk(acts.return_filing, office_of_filing),
    f.CompleteFiling: Desk(acts.complete_filing, office_of_filing),
    f.ReadOfficeRules: Desk(rules.read_rules),
    f.ChangeOfficeRules: Desk(rules.change_rules),
}
