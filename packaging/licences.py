# SPDX-License-Identifier: Apache-2.0
"""Writes the copyright file of each package in the form of Debian (DEP-5), from what is staged."""

import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from shipped import HERE, ROOMS, Distribution, Inside, distributions

FORM = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
OURS = "2026 Renkei Gateway contributors"
# Packages that bring no library.
OTHERS = ("renkei-gateway", "renkei-monitoring")
# Texts that every Debian has.
COMMON = {
    "Apache-2.0": "Apache-2.0",
    "CC0-1.0": "CC0-1.0",
    "LGPL-2.1-or-later": "LGPL-2.1",
    "LGPL-3.0-only": "LGPL-3",
}
# How the beginning of a text tells that every Debian has it.
BEGINNINGS = {"Apache License Version 2.0": "Apache-2.0", "GNU LESSER GENERAL PUBLIC LICENSE Version 3": "LGPL-3"}
HOLDER = re.compile(r"^\W*(?:Portions )?Copyright:?\s+((?:\([cC]\)|©)?\s*\d{4}.*)$", re.MULTILINE)


def main() -> int:
    """licences.py STAGE: usr/share/doc/PACKAGE/copyright for each package."""
    stage = Path(sys.argv[1])
    found = distributions(stage)
    for room in (*ROOMS, *OTHERS):
        file = stage / room / "usr/share/doc" / room / "copyright"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(copyright_of(found, room), "utf-8")
    return 0


def copyright_of(found: Sequence[Distribution], room: str) -> str:
    """The file of one package; found are the distributions of all."""
    brought = [one for one in found if one.room == room and not one.is_ours]
    insides = [(one.name, inside) for one in found for inside in one.inside() if inside.room == room]
    return "\n".join(
        (
            f"Format: {FORM}\nUpstream-Name: Renkei Gateway\n",
            f"Files: *\nCopyright: {OURS}\nLicense: Apache-2.0\n{_text('Apache-2.0')}",
            *(_stanza(one) for one in brought),
            *(_inside(of, inside) for of, inside in insides if inside.file),
            *(_told(of, insides) for of in sorted({of for of, inside in insides if not inside.file})),
        )
    )


def _stanza(one: Distribution) -> str:
    """A distribution, with the texts that it brings."""
    texts = "\n\n".join(map(_shortened, one.texts()))
    return _paragraph(one.tops(), holders_of(one), one.licence, _indented(texts))


def holders_of(one: Distribution) -> list[str]:
    """Who holds the rights, as the texts of the licences say; else the author, as the metadata says."""
    lines = HOLDER.findall("\n".join(map(_shortened, one.texts())))
    holders = list(dict.fromkeys(line.strip() for line in lines))
    said = (one.metadata[key] for key in ("Author", "Author-email", "Maintainer", "Maintainer-email"))
    return holders or [str(next(filter(None, said), f"the authors of {one.name}"))]


def _inside(of: str, one: Inside) -> str:
    """A library inside of a wheel."""
    comment = f"Comment: {one.name} {one.version}, inside of {of}.\n"
    return _paragraph([one.file], [one.copyright], one.licence, _texts([one.licence])) + comment


def _told(of: str, insides: Sequence[tuple[str, Inside]]) -> str:
    """Libraries inside of a wheel of which its SBOM tells the licences, but not the holders."""
    told = [one for name, one in insides if name == of and not one.file]
    names = "".join(f" {one.name} {one.version}: {one.licence}\n" for one in told)
    licences = sorted({one.licence for one in told})
    holders = [f"the authors of what is inside of {of}"]
    stanza = _paragraph([f"{of}/*.so"], holders, " AND ".join(licences), _texts(licences))
    return f"{stanza}Comment: inside of {of} are\n{names}"


def _paragraph(places: Sequence[str], holders: Sequence[str], licence: str, texts: str) -> str:
    files = "\n ".join(f"usr/lib/renkei/*/site-packages/{place}" for place in places)
    rights = "\n ".join(holders)
    return f"Files: {files}\nCopyright: {rights}\nLicense: {_dep5(licence)}\n{texts}"


def _texts(expressions: Sequence[str]) -> str:
    """The texts of all licences in some expressions, each once."""
    names = [name.strip() for one in expressions for name in re.split(r" AND | OR | WITH |[()]", one)]
    return " .\n".join(filter(None, map(_text, dict.fromkeys(names))))


def _text(name: str) -> str:
    """The text of a licence by its name: what stands beside this module, or where every Debian has it."""
    file = HERE / "licences" / f"{name.removeprefix('LicenseRef-')}.txt"
    if name in COMMON:
        return f" {name}: the text is in /usr/share/common-licenses/{COMMON[name]}.\n"
    return _indented(file.read_text("utf-8")) if file.exists() else ""


def _shortened(text: str) -> str:
    """A text, or where every Debian has it."""
    head = " ".join(text[:200].split())
    known = (name for beginning, name in BEGINNINGS.items() if beginning in head)
    return next((f"The text is in /usr/share/common-licenses/{name}." for name in known), text)


def _indented(text: str) -> str:
    """A space before each line and a dot in an empty one, as the form wants it."""
    return textwrap.indent("\n".join(line.rstrip() or "." for line in text.splitlines()), " ") + "\n"


def _dep5(expression: str) -> str:
    """An expression of SPDX as the form has it."""
    plain = re.sub(r"[()]|LicenseRef-", "", expression)
    return plain.replace(" AND ", " and ").replace(" OR ", " or ").replace(" WITH ", " with ")


if __name__ == "__main__":
    sys.exit(main())
