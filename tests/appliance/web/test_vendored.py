# SPDX-License-Identifier: Apache-2.0
"""What others wrote and we ship: unchanged, with its licence, and only where it is needed."""

import hashlib
import re
from pathlib import Path

import pytest

from appliance.web.language import Language
from appliance.web.static import FOLDER, Assets

VENDOR = FOLDER / "vendor"
SCRIPTS = sorted(VENDOR.glob("*.js"))


def note(script: Path) -> str:
    """What is said about a file."""
    return (VENDOR / f"{script.name.removesuffix('.min.js')}.txt").read_text("utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_it_is_the_file_of_the_release(script: Path) -> None:
    said = re.search(r"^sha256 +([0-9a-f]{64})$", note(script), re.MULTILINE)
    assert said is not None and said[1] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert re.search(r"^version +[0-9.]+$", note(script), re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_its_licence_stands_beside_it(script: Path) -> None:
    named = re.search(r"\S+\.LICENSE\.txt", note(script))
    assert named is not None and "Redistribution and use" in (VENDOR / named[0]).read_text("utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_it_makes_no_code_and_reaches_for_nothing(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not re.search(r"\beval\(|new Function|https?://|sourceMappingURL", text)


def test_it_is_served_like_our_own() -> None:
    assets = Assets()
    found = assets.get(assets.paths[Language.ENGLISH]["zip-core.min.js"])
    assert found is not None and found.type.startswith("text/javascript")
    assert not [path for path in assets.paths[Language.ENGLISH] if path.endswith(".txt")]
