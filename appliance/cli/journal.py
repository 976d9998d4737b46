# SPDX-License-Identifier: Apache-2.0
"""`renkei journal`: export the bundle, and verify it or the live journal."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from appliance.cli.ask import VERIFY_SECONDS, ask, dialled
from appliance.cli.failure import Failure, NotUnderstood
from appliance.cli.ownership import refuse_planted
from appliance.cli.places import config_path
from appliance.config.load import load
from appliance.link.messages import ExportJournal, JournalVerdict, VerifyJournal

UNSIGNED = "without --key the bundle only proves that it fits itself; give the verifier key that the fund published"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two words below `journal`."""
    words = parser.add_subparsers(dest="word", required=True)
    export = words.add_parser("export", help="write the whole journal as a bundle")
    export.add_argument("file", type=Path)
    verify = words.add_parser("verify", help="prove the running journal, or a bundle without key or service")
    verify.add_argument("bundle", type=Path, nargs="?")
    verify.add_argument("--against", type=Path, help="a signed checkpoint that was kept elsewhere")
    verify.add_argument("--key", default="", help="the verifier key that the bundle must be signed with")
    verify.add_argument("--offline", action="store_true", help="open the store; the vault must not run")
    verify.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """Do the chosen word; verify exits 1 for a journal that is not whole."""
    if given.word == "export":
        asyncio.run(export(config_path(given.config), given.file))
        print(f"written: {given.file}")
        return 0
    verdict = verified_bundle(given) if given.bundle else verified_store(given)
    print(in_json(verdict) if given.json else in_words(verdict))
    return 0 if verdict.ok else 1


def verified_bundle(given: argparse.Namespace) -> JournalVerdict:
    """The verdict on a bundle; neither configuration nor service is needed."""
    from appliance.vault.journal.bundle import verify_bundle

    if given.offline:
        raise NotUnderstood("--offline is for the journal of this appliance; a bundle needs no service anyway")
    verdict = verify_bundle(given.bundle, key=given.key, against=checkpoint(given.against))
    if not given.key:
        print(f"renkei: {UNSIGNED}", file=sys.stderr)
    return verdict


def verified_store(given: argparse.Namespace) -> JournalVerdict:
    """The verdict on the journal of the vault, running or not."""
    if given.key:
        raise NotUnderstood("--key is for a bundle; the vault verifies with its own key")
    path, message = config_path(given.config), VerifyJournal(checkpoint(given.against))
    if given.offline and not (looked := verified_unopened(path, message.against)).ok:
        return looked
    found = ask(path, message, is_offline=given.offline, timeout=VERIFY_SECONDS)
    assert isinstance(found, JournalVerdict)
    return found


def verified_unopened(config: Path, against: str) -> JournalVerdict:
    """The verdict before anything is written: with a damaged journal a vault may not even start."""
    from appliance.vault.service import verified

    settings = load(config)
    refuse_planted(settings)
    return asyncio.run(verified(settings, config, against))


def checkpoint(file: Path | None) -> str:
    """The signed checkpoint in a file; "" if none is given. An empty file would prove nothing, so it is refused."""
    if file is None:
        return ""
    text = file.read_bytes().decode("utf-8", errors="replace")
    if not text.strip():
        raise Failure(f"{file}: this is no checkpoint; one is five lines of text, as at the end of a bundle")
    return text


def in_json(verdict: JournalVerdict) -> str:
    """The verdict for programs."""
    shown = {
        "entries": verdict.entries,
        "root": verdict.root,
        "ok": verdict.ok,
        "first_bad": verdict.first_bad,
    }
    return json.dumps(shown if verdict.ok else {**shown, "reason": verdict.reason}, ensure_ascii=False)


def in_words(verdict: JournalVerdict) -> str:
    """The verdict for people."""
    if verdict.ok:
        return f"ok: {verdict.entries} entries, root {verdict.root}"
    where = "" if verdict.first_bad is None else f" at entry {verdict.first_bad}"
    return f"NOT WHOLE{where}: {verdict.reason}"


async def export(config: Path, file: Path) -> None:
    """Write the bundle beside the file and move it into place when it is whole; only its owner may read it."""
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.unlink(missing_ok=True)
    message = ExportJournal()
    async with dialled(load(config), message) as client:
        try:
            async with client.fetch(message, timeout=VERIFY_SECONDS) as fetched:
                with _new_file(unfinished) as out:
                    async for piece in fetched.chunks():
                        out.write(piece)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)


def _new_file(path: Path) -> BinaryIO:
    """Exclusively: a link that somebody has put there would lead the administrator elsewhere."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
