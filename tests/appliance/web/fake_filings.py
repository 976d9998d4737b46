# SPDX-License-Identifier: Apache-2.0
"""The part of the fake vault that knows filings: enough for tests of routes."""

from typing import Any

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why


def _unknown(self: "FakeFilings", message: Any) -> Any:
    raise Refused(Why.NOT_FOUND)


class FakeFilings:
    """There is no filing, so whatever is done with one finds none."""

    def _ListFilings(self, message: m.ListFilings) -> m.FilingPage:
        return m.FilingPage((), "")

    def _ReadOfficeRules(self, message: m.ReadOfficeRules) -> m.OfficeRules:
        return m.OfficeRules(four_eyes=False, deliver_on_approve=False)

    def _ChangeOfficeRules(self, message: m.ChangeOfficeRules) -> m.Nothing:
        return m.Nothing()

    _SubmitFiling = _ReadFiling = _ApproveFiling = _DeliverFiling = _CancelFiling = _unknown
    _ReceiveFiling = _AcceptFiling = _ReturnFiling = _CompleteFiling = _unknown
    _DeliverCopies = _CancelNotice = _unknown
