# SPDX-License-Identifier: Apache-2.0
"""A page as the story reads it: its forms, its links, its text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form with what it would send if nothing were typed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


class Page(HTMLParser):
    """Parses once; no script is run, as in a browser without JavaScript.

    now is the clock of a demo; secret is what an app has to be told.
    """

    def __init__(self, html: str) -> None:
        """html is a whole document."""
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.now = 0
        self.secret = ""
        self._code = False
        self._text: list[str] = []
        self._select = ""
        self._option = ""
        self._radio: dict[str, str] = {}
        self.feed(html)

    @property
    def text(self) -> str:
        """The visible words, blanks folded."""
        return " ".join(" ".join(self._text).split())

    @property
    def actions(self) -> list[str]:
        """Where its forms go."""
        return [form.action for form in self.forms]

    def form(self, action: str) -> Form:
        """The form that goes to action."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, fields and links."""
        given = {name: value or "" for name, value in attrs}
        self._code = tag == "code"
        if "data-now" in given:
            self.now = int(given["data-now"])
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "input" and self.forms and "name" in given:
            self._field(given)
        elif tag == "select" and self.forms:
            self._select = given.get("name", "")
            self.forms[-1].choices[self._select] = {}
        elif tag == "option" and self._select:
            self._option = given.get("value", "")

    def _field(self, given: dict[str, str]) -> None:
        """What it would send; a box or a button of several only where it is set."""
        if given.get("type") == "radio":
            self._radio = given
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Options end with their list."""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        """Text, or the words of an option; those behind a button of several are its own as well."""
        if self._radio and data.strip():
            self.forms[-1].choices.setdefault(self._radio["name"], {})[data.strip()] = self._radio.get("value", "")
            self._radio = {}
        if self._select and data.strip():
            self.forms[-1].choices[self._select][data.strip()] = self._option
        else:
            self._text.append(data)
            self.secret = self.secret or (data if self._code else "")
