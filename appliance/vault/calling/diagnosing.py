# SPDX-License-Identifier: Apache-2.0
"""診断ファイル of an office that calls: JudgeDiagnosis. Nothing of the file is kept."""

from collections import Counter

from appliance.link.messages.calling import DiagnosisJudged, JudgeDiagnosis
from appliance.link.refusals import Refused, Why
from appliance.model.diagnosis_file import Diagnosed, Light, Unreadable, diagnosed
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.kits.ordering import builders
from appliance.vault.records.transaction import Transaction


async def judge_diagnosis(core: Core, caller: Caller, message: JudgeDiagnosis) -> DiagnosisJudged:
    """Its lights, by the kinds of kits that the fund has. Raises Refused INVALID for what is no such file."""
    others = [one.platform.name for one in await builders(core)]
    try:
        found = diagnosed(message.content, others)
    except Unreadable as error:
        raise Refused(Why.INVALID, f"diagnosis_file.{error.reason}", {"field": "file"}) from error
    entry = caller.entry(office=message.office, thing=message.office, reason=_counted(found))

    def note(txn: Transaction) -> None:
        txn.journal(entry)

    await core.commit(note, vital=True)
    return DiagnosisJudged(found)


def _counted(found: Diagnosed) -> str:
    lights = Counter(one.light for one in found.findings)
    return ", ".join(f"{light} {lights[light]}" for light in Light)
