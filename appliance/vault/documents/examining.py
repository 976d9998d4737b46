# SPDX-License-Identifier: Apache-2.0
"""A document of the fund before it is delivered: is it what its kind can be, and what do the scanners say?"""

import logging

from appliance.contracts.blobs import BlobError
from appliance.link.refusals import Refused, Why
from appliance.model.documents import DocumentType
from appliance.model.problems import Problem, Rule
from appliance.model.things import Upload
from appliance.model.words import ScanState
from appliance.vault.core import Core
from appliance.vault.documents.opening import opened
from appliance.vault.documents.scanning import Looked, look, need_scanner
from appliance.vault.doorman.doorman import Asked, Found
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded

log = logging.getLogger("renkei.vault")


async def examined(core: Core, upload: Upload, type: DocumentType) -> Looked | tuple[Problem, ...]:
    """What the scanners say of a document that is what it claims to be; else what is wrong with it.

    Raises Refused AWAY while a scanner does not answer, BUSY, and BROKEN where it cannot be read any more.
    """
    if need_scanner(core, type):
        return (Problem(Rule.SCANNER_NONE),)
    problems, documents = await _judged(core, upload, type)
    if problems:
        return problems
    [found] = documents
    looked = await look(core, upload, found.format)
    if looked.state is ScanState.WAITING:
        raise Refused(Why.AWAY, "scan.away")
    return (looked.problem,) if looked.problem else looked


async def _judged(core: Core, upload: Upload, type: DocumentType) -> tuple[tuple[Problem, ...], tuple[Found, ...]]:
    asked = Asked(upload.file_name, upload.size, frozenset(type.formats), most=upload.size)
    try:
        async with core.doorman.judging(asked, opened(core, upload)) as judged:
            return judged.problems, judged.documents
    except (BlobError, Unsealable, Shredded) as error:
        log.exception("document %s cannot be read", upload.id)
        raise Refused(Why.BROKEN) from error
