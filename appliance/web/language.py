# SPDX-License-Identifier: Apache-2.0
"""Which language a request is answered in, and every text in it; the name of a message is its Japanese text."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from enum import StrEnum
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path

COMPILED = Path(__file__).parent / "texts" / "en.mo"
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Language(StrEnum):
    """Japanese comes first: it is what somebody sees who has chosen nothing."""

    JAPANESE = "ja"
    ENGLISH = "en"

    @property
    def own_name(self) -> str:
        """What people who read it call it."""
        return "日本語" if self is Language.JAPANESE else "English"

    @property
    def other(self) -> "Language":
        """The one that the foot of a page offers."""
        return Language.ENGLISH if self is Language.JAPANESE else Language.JAPANESE


def _catalogue(compiled: Path) -> Callable[[str], str]:
    with compiled.open("rb") as file:
        return lru_cache(maxsize=8192)(GNUTranslations(file).gettext)


_ENGLISH = _catalogue(COMPILED)
# Members of an enum are looked up slowly, and this is asked for every text.
_JAPANESE = Language.JAPANESE
_SPOKEN: ContextVar[Language] = ContextVar("language", default=_JAPANESE)
_HERE: ContextVar[str] = ContextVar("here", default="/")


def speak(language: Language, here: str = "/") -> None:
    """From now on this request is answered in language; here is the address that the same page has in another."""
    _SPOKEN.set(language)
    _HERE.set(here)


def spoken() -> Language:
    """The language of this request."""
    return _SPOKEN.get()


def speaks_japanese() -> bool:
    """Whether it is Japanese; cheaper to ask than spoken()."""
    return _SPOKEN.get() is _JAPANESE


def here() -> str:
    """Where the page of this request is seen again."""
    return _HERE.get()


def translated(message: str, language: Language) -> str:
    """The text of a message in a language; the message itself where the catalogue has none."""
    # To gettext, the empty message names the head of the catalogue.
    return message if language is _JAPANESE or not message else _ENGLISH(message)


def filled(text: str, values: Mapping[str, object]) -> str:
    """text with its {places} filled. Not str.format: a value must never be able to name an attribute."""
    try:
        return _format(text) % values
    except KeyError:
        return _format(text) % defaultdict(lambda: "―", values)


@lru_cache(maxsize=4096)
def _format(text: str) -> str:
    """The places as `%` knows them: it looks up names, and nothing else."""
    return _PLACE.sub(r"%(\1)s", text.replace("%", "%%"))


def _(message: str, /, **values: object) -> str:
    """A message in the language of this request, its {places} filled from values: `_("残り {left} 件", left=n)`."""
    text = message if _SPOKEN.get() is _JAPANESE else translated(message, _SPOKEN.get())
    return filled(text, values) if values else text


def speaker(language: Language) -> Callable[..., str]:
    """The same in one language, for the templates that are compiled for it."""

    def say(message: str, /, **values: object) -> str:
        text = translated(message, language)
        return filled(text, values) if values else text

    return say
