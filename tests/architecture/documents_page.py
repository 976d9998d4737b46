# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of docs/documents.md from the kinds that are shipped: run it when those change."""

from collections.abc import Iterable

from appliance.config.catalogue import default_catalogue
from appliance.model.documents import Direction, DocumentType, Frequency, Retention
from tests.architecture import tree

PAGE = tree.ROOT / "docs" / "documents.md"
BEGIN = "<!-- From here on made from the data: python -m tests.architecture.documents_page -->\n"
HEAD = "| id | name | short names | made of | sent | |\n|---|---|---|---|---|---|"


def tables() -> str:
    """Filings, then notices, those by post last."""
    parts = [("To the fund (届書)", Direction.TO_FUND), ("To the office (帳票)", Direction.TO_OFFICE)]
    return "\n".join(f"\n## {title}\n\n{table(kinds(direction))}\n" for title, direction in parts)


def kinds(direction: Direction) -> list[DocumentType]:
    """All that are shipped and go this way, whether or not they are offered."""
    found = [kind for kind in default_catalogue().types.values() if kind.direction is direction]
    return sorted(found, key=lambda kind: kind.by_post)


def table(found: Iterable[DocumentType]) -> str:
    """A row a kind."""
    return "\n".join([HEAD, *map(row, found)])


def row(kind: DocumentType) -> str:
    """What there is to say of a kind; what it is made of and when it is sent only where it is electronic."""
    made_of = "by post" if kind.by_post else ", ".join(kind.formats)
    cells = [f"`{kind.id}`", kind.name, ", ".join(kind.aliases), made_of, sent(kind), "; ".join(marks(kind))]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def sent(kind: DocumentType) -> str:
    """How often."""
    if kind.by_post or kind.direction is Direction.TO_FUND:
        return ""
    if kind.frequency is Frequency.IN_MONTHS:
        return f"in months {', '.join(map(str, kind.months))}"
    return kind.frequency.value.replace("_", " ")


def marks(kind: DocumentType) -> list[str]:
    """What is true of few."""
    told = {
        "deadline by law": kind.statutory,
        "kept for taxes": kind.retention is Retention.TAX,
        "for import": kind.importer,
        f"explains {', '.join(f'`{other}`' for other in kind.explains)}": bool(kind.explains),
        "not offered": not kind.offered,
    }
    return [text for text, is_so in told.items() if is_so]


def page() -> str:
    """The page as it should be: its prose as it is, and the tables."""
    return PAGE.read_text("utf-8").partition(BEGIN)[0] + BEGIN + tables()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
