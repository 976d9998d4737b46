# SPDX-License-Identifier: Apache-2.0
"""Forms come in: opened and read in the worker, kept until somebody confirms or rejects them (R224, R225, A5).

1. Nothing is created. What is kept is what was typed, sealed; the file and its password are not.
2. The same form twice is one registration, however often it comes.
"""

import hashlib
from dataclasses import dataclass

import msgspec

from appliance.link.messages import RegistrationTaken, TakeInRegistration
from appliance.link.refusals import Refused, Why
from appliance.model.intake import Intake, IntakeSource, TypedForm, read_form
from appliance.model.journal import Result
from appliance.model.problems import Problem, Rule
from appliance.model.registration import FormJudged
from appliance.model.words import Format
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.arriving import Arriving
from appliance.vault.documents.uploads import MAX_NAME
from appliance.vault.doorman.doorman import Asked
from appliance.vault.intake.facing import Faced, faced
from appliance.vault.records.registration_tables import intakes, same_form
from appliance.vault.records.transaction import Moved, Transaction

MIB = 1024 * 1024
MOST = 5 * MIB
FORMATS = frozenset({Format.XLSX, Format.CSV})


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was looked at: its form, or what is wrong with it; package is the SHA-256 of all of it."""

    form: TypedForm | None
    judged: FormJudged
    problems: tuple[Problem, ...]
    package: bytes


async def take_in_registration(core: Core, caller: Caller, message: TakeInRegistration) -> RegistrationTaken:
    """What has come of a file. Raises Refused for one that is too large, and BUSY where too many are looked at."""
    opened = await opened_file(core, caller, message.file_name, message.size, message.password)
    return await keep_opened(core, caller, opened, IntakeSource.FILE)


async def opened_file(core: Core, caller: Caller, file_name: str, size: int, password: str) -> Opened:
    """Look at the bytes that come with this call."""
    if not 0 < size <= MOST:
        raise Refused(Why.TOO_LARGE, "upload.size", {"max": str(MOST // MIB)})
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1][:MAX_NAME]
    asked = Asked(name, size, FORMATS, password, accept_zipcrypto=True, most=MOST, as_sheets=True)
    stream = caller.call.stream
    assert stream is not None
    arriving = Arriving(stream, size, hashlib.sha256(), shows_pdf=False)
    async with core.doorman.judging(asked, arriving.pieces()) as judged:
        none = FormJudged((), (), ())
        if judged.problems:
            return Opened(None, none, judged.problems, judged.package)
        if len(judged.sheets) != 1:
            return Opened(None, none, (Problem(Rule.ZIP_COUNT),), judged.package)
        form, told = read_form(judged.documents[0].name, judged.sheets[0])
        return Opened(form, told, (), judged.package)


async def keep_opened(core: Core, caller: Caller, opened: Opened, source: IntakeSource) -> RegistrationTaken:
    """Keep the form, or journal why there is none."""
    if opened.form is None:
        return await _unreadable(core, caller, opened)
    try:
        kept, is_new = await keep_form(core, caller, opened.form, source, opened.package)
    except Moved as error:
        raise Refused(Why.NOT_SIGNED_IN) from error
    intake = kept.intake
    return RegistrationTaken(intake.id, intake.state, is_new, len(kept.judged.problems), kept.standing)


async def keep_form(
    core: Core, caller: Caller, form: TypedForm, source: IntakeSource, package: bytes = b"", most_waiting: int = 0
) -> tuple[Faced, bool]:
    """The registration of a form, and whether it is a new one. most_waiting is how many of strangers may wait.

    Raises Moved where the visit has changed, Refused CONFLICT where too many wait.
    """
    digest = hashlib.sha256(msgspec.msgpack.encode(form, order="sorted")).digest()
    profile = core.settings.door.password_profile
    fresh = Intake(core.new_id(), source, form, digest, caller.now, caller.actor)

    def keep(txn: Transaction) -> tuple[Faced, bool]:
        if most_waiting and len(intakes.keys(txn, "web", limit=most_waiting)) >= most_waiting:
            raise Refused(Why.CONFLICT, "registration.too_often")
        known = intakes.first(txn, "same", same_form(txn.sealing.blind, digest))
        if known is not None:
            return faced(txn, known, profile), False
        intakes.put(txn, fresh)
        named = {"file_name": form.file_name} if form.file_name else {}
        txn.journal(caller.entry(office="", thing=fresh.id, sha256=package, personal=named))
        return faced(txn, fresh, profile), True

    return await core.commit(keep, seen=caller.visit_seen)


async def _unreadable(core: Core, caller: Caller, opened: Opened) -> RegistrationTaken:
    """Nothing is kept of a file that is no form; that it came stands in the journal."""
    rules = [*(one.rule.value for one in opened.problems), *(one.rule.value for one in opened.judged.problems)]
    entry = caller.entry(result=Result.REFUSED, office="", reason=", ".join(rules)[:200], sha256=opened.package)
    await core.commit(lambda txn: txn.journal(entry))
    return RegistrationTaken(problems=opened.problems, findings=opened.judged.problems)
