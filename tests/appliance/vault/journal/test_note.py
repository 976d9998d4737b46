# SPDX-License-Identifier: Apache-2.0
"""Notes are C2SP signed notes: the published example verifies, and nothing else does."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.vault.journal.note import BadNote, Checkpoint, NoteSigner, VerifierKey, claim, encoded, open_note

# The example of golang.org/x/mod/sumdb/note: a key whose id and public half are published.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

ORIGIN = "renkei.fund.example/journal"
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = SIGNER.verifier
ROOT = bytes(range(32))
NOTE = SIGNER.sign(7, ROOT)


def signed(text: str) -> str:
    """Any text, signed well."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return f"{text}\n— {ORIGIN} {encoded(KEY.id + key.sign(text.encode()))}\n"


def test_the_published_key_has_its_id() -> None:
    key = VerifierKey.parse(PETER)
    assert (key.name, key.id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", PETER)


def test_a_note_has_the_form_of_c2sp() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [ORIGIN, "7", base64.b64encode(ROOT).decode(), ""]
    dash, name, signature = lines[4].split(" ")
    assert (dash, name, lines[5:]) == ("\N{EM DASH}", ORIGIN, [""])
    raw = base64.b64decode(signature)
    assert (raw[:4], len(raw)) == (KEY.id, 68)


def test_a_note_opens_to_what_was_signed() -> None:
    assert open_note(NOTE, KEY) == claim(NOTE) == Checkpoint(ORIGIN, 7, ROOT)
    assert open_note(NOTE, VerifierKey.parse(str(KEY))).size == 7


def test_witnesses_may_have_signed_as_well() -> None:
    other = NoteSigner("witness.example", Ed25519PrivateKey.generate())
    line = f"\N{EM DASH} witness.example {encoded(other.verifier.id + bytes(64))}\n"
    assert open_note(NOTE + line, KEY).size == 7
    with pytest.raises(BadNote, match="not signed with the key witness"):
        open_note(NOTE, other.verifier)


def test_every_changed_character_is_noticed() -> None:
    for at, old in enumerate(NOTE):
        for new in ("", "A" if old != "A" else "B", "\n"):
            if new != old:
                with pytest.raises(BadNote):
                    open_note(NOTE[:at] + new + NOTE[at + 1 :], KEY)


def test_one_wrong_signature_of_ours_is_too_much() -> None:
    wrong = f"\N{EM DASH} {ORIGIN} {encoded(KEY.id + bytes(64))}\n"
    with pytest.raises(BadNote, match="signature of the checkpoint is wrong"):
        open_note(NOTE + wrong, KEY)


def test_another_key_of_the_same_name() -> None:
    other = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    with pytest.raises(BadNote, match="not signed with the key"):
        open_note(other.sign(7, ROOT), KEY)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"other.example\n7\n{encoded(ROOT)}\n", "of another log"),
        (f"{ORIGIN}\n07\n{encoded(ROOT)}\n", "its size"),
        (f"{ORIGIN}\n-1\n{encoded(ROOT)}\n", "its size"),
        (f"{ORIGIN}\n9999999999999999999\n{encoded(ROOT)}\n", "its size"),
        (f"{ORIGIN}\n٣\n{encoded(ROOT)}\n", "its size"),
        (f"{ORIGIN}\n7\n{encoded(ROOT[:31])}\n", "not 31"),
        (f"{ORIGIN}\n7\n{encoded(ROOT)[:-2]}\n", "base64"),
        (f"{ORIGIN}\n7\n{encoded(ROOT)[:-2]}9=\n", "canonical"),
        (f"{ORIGIN}\n7\n{encoded(ROOT)}\nmore\n", "three lines"),
        (f"{ORIGIN}\n7\n", "three lines"),
        (f"two words\n7\n{encoded(ROOT)}\n", "origin"),
        ("", "cut off"),
    ],
)
def test_what_is_signed_but_is_no_checkpoint_of_ours(text: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        open_note(signed(text), KEY)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        "garbage",
        NOTE.rstrip("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— ", "- "),
        NOTE + "\n",
        NOTE + "x\n",
        "x" * 20_000,
        NOTE + NOTE.split("\n\n")[1] * 16,
        NOTE + "\N{EM DASH} a b c\n",
        NOTE + "\N{EM DASH} a+b AAAA\n",
        NOTE + "\N{EM DASH} a ****\n",
    ],
)
def test_text_that_is_no_note(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("Peter", "Paul"),
        PETER.replace("+ARpc", "+AhPc"),
        PETER[:-4],
        PETER + "=",
        " " + PETER,
    ],
)
def test_text_that_is_no_verifier_key(text: str) -> None:
    with pytest.raises(BadNote):
        VerifierKey.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\x00b", "x" * 201])
def test_a_name_that_cannot_stand_in_a_note(name: str) -> None:
    with pytest.raises(BadNote, match="named"):
        NoteSigner(name, Ed25519PrivateKey.generate())
