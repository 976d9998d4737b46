# SPDX-License-Identifier: Apache-2.0
"""`renkei journal`: export the bundle, and verify it or the live journal."""

import argparse
import asyncio
import json
from pathlib import Path

from appliance.cli.ask import VERIFY_SECONDS, admin_socket, ask, sentence
from appliance.cli.failure import Failure
from appliance.cli.places import config_path
from appliance.config.load import load
from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.messages import ExportJournal, JournalVerdict, VerifyJournal
from appliance.link.refusals import Refused


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
    verdict = verified(given)
    shown = {
        "entries": verdict.entries,
        "root": verdict.root,
        "ok": verdict.ok,
        "first_bad": verdict.first_bad,
    }
    print(json.dumps(shown) if given.json else in_words(verdict))
    return 0 if verdict.ok else 1


def verified(given: argparse.Namespace) -> JournalVerdict:
    """The verdict on a bundle, or on the journal of the vault."""
    against = given.against.read_text("utf-8") if given.against else ""
    if given.bundle is not None:
        from appliance.vault.journal.bundle import verify_bundle

        return verify_bundle(given.bundle, key=given.key, against=against)
    message = VerifyJournal(against)
    found = ask(config_path(given.config), message, is_offline=given.offline, timeout=VERIFY_SECONDS)
    assert isinstance(found, JournalVerdict)
    return found


def in_words(verdict: JournalVerdict) -> str:
    """The verdict for people."""
    if verdict.ok:
        return f"ok: {verdict.entries} entries, root {verdict.root}"
    where = "" if verdict.first_bad is None else f" at entry {verdict.first_bad}"
    return f"NOT WHOLE{where}: {verdict.reason}"


async def export(config: Path, file: Path) -> None:
    """Write the bundle beside the file and move it into place when it is whole."""
    client = LinkClient(UnixTarget(admin_socket(load(config))))
    unfinished = file.with_name(f"{file.name}.part")
    try:
        async with client.fetch(ExportJournal(), timeout=VERIFY_SECONDS) as fetched:
            with unfinished.open("wb") as out:
                async for piece in fetched.chunks():
                    out.write(piece)
        unfinished.replace(file)
    except Refused as refused:
        raise Failure(sentence(refused)) from refused
    finally:
        unfinished.unlink(missing_ok=True)
        await client.close()
