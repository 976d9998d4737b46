# SPDX-License-Identifier: Apache-2.0
"""Templates: all compiled at start for each language, escaping always on, an unknown name is an error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket

from appliance.config.settings import Settings
from appliance.link.messages import MOST_COUNTED, Banner
from appliance.model.time import MINUTE, Instant
from appliance.model.words import Role, Site
from appliance.web import japanese
from appliance.web.addresses import entrances
from appliance.web.help.answers import shipped
from appliance.web.language import Language, here, speaker, spoken
from appliance.web.static import Assets
from appliance.web.translating import translating
from appliance.web.vault_side import Answered
from appliance.web.ways import ways_of

FOLDER = Path(__file__).parent / "templates"
PARTS = "_parts.html"
ENDING = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu that a plugin adds. about says what is there, waiting how many things wait."""

    path: str
    text: str
    about: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Top:
    """What stands at the top of a page. form is the visit's form token, for the logout button and every form.

    demo is the clock of a demo for people, demo_now the same for programs; left is in milliseconds. own_office is
    the visitor's own where this is about another one (R240); serves: there are others to choose from.
    """

    office: str = ""
    user: str = ""
    form: str = ""
    remaining: str = ""
    until: str = ""
    demo: str = ""
    demo_now: Instant = 0
    left: int = 0
    role: Role | None = None
    number: str = ""
    own_office: str = ""
    serves: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether there is a visitor."""
        return bool(self.form)

    @property
    def is_ending(self) -> bool:
        """Whether it is time to warn of the end of the visit (WCAG 2.2.1)."""
        return self.left <= ENDING


def top_of(answered: Answered) -> Top:
    """The top of a page for an answer."""
    visitor, now = answered.visitor, answered.now
    demo = japanese.moment(now) if answered.demo else ""
    if visitor is None:
        return Top(demo=demo, demo_now=now)
    return Top(
        office=visitor.office_name,
        user=visitor.name,
        form=visitor.form,
        remaining=japanese.span(visitor.ends_at - now),
        until=japanese.clock(visitor.ends_at),
        demo=demo,
        demo_now=now,
        role=visitor.role,
        left=visitor.ends_at - now,
        number=f"{visitor.office_number:04d}" if visitor.office_number else "",
        own_office=visitor.own_office,
        serves=visitor.serves,
    )


class Compiled(jinja2.BytecodeCache):
    """The code of templates, kept in memory, so that the sites of a process compile each of them once."""

    def __init__(self) -> None:
        """Nothing is compiled yet."""
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def has(self, name: str, text: str) -> bool:
        """Whether a template of this text was compiled before."""
        checksum, _ = self._kept.get(self.get_cache_key(name), ("", None))
        return checksum == self.get_source_checksum(text)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template its code, if it was compiled from the same text before."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        assert bucket.code is not None
        self._kept[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = {language: Compiled() for language in Language}


class Templates:
    """The pages of one site, in every language."""

    def __init__(
        self,
        site: Site,
        settings: Settings,
        assets: Assets,
        folder: Path = FOLDER,
        *,
        told: Callable[[], Sequence[Banner]] = tuple,
    ) -> None:
        """Compiles every template in folder, so that a broken one stops the start. Raises jinja2.TemplateError.

        The sites of a process read and compile the program's own once.
        In another language a page is compiled when somebody asks for it, from the text of the start: during an
        upgrade, newer files lie in the folder.
        told is asked by every page for what the fund tells everybody.
        """
        common = {
            "site": site.value,
            "fund": settings.fund,
            "entrances": entrances(settings),
            "offers_app": bool(settings.door.app_factor),
            "demo_site": settings.demo.enabled,
            "exchange": settings.exchange,
            "nobody": Top(),
            "ways": ways_of(site, filings=settings.exchange.filings_enabled),
            "seen_again": here,
            "answer_to": partial(shipped().path, site),
            "told": told,
            "most_counted": MOST_COUNTED,
        }
        sources = _shipped() if folder == FOLDER else _sources(folder)
        self._environments = {
            language: _environment(language, sources, {**common, "asset": assets.paths[language]})
            for language in Language
        }
        self._names = frozenset(self._environments[Language.JAPANESE].list_templates(filter_func=_is_page))
        self._compiled: dict[tuple[Language, str], Callable[..., str]] = {}
        for name in self._names:
            if not _COMPILED[Language.JAPANESE].has(name, sources[name]):
                self._compile(Language.JAPANESE, name)

    def _compile(self, language: Language, name: str) -> Callable[..., str]:
        if name not in self._names:
            raise KeyError(name)
        made = self._compiled[language, name] = self._environments[language].get_template(name).render
        return made

    def render(self, name: str, **values: object) -> bytes:
        """The page name.html in the language of the request. Raises KeyError for a page that is not there."""
        language, page = spoken(), f"{name}.html"
        compiled = self._compiled.get((language, page)) or self._compile(language, page)
        return compiled(**values).encode("utf-8")


@cache
def _shipped() -> Mapping[str, str]:
    """The text of the program's own templates, as they were when it was first asked for."""
    return _sources(FOLDER)


def _sources(folder: Path) -> dict[str, str]:
    """The text of every template, by its path in the folder."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.html")}


def _environment(
    language: Language, sources: Mapping[str, str], values: Mapping[str, object]
) -> jinja2.Environment:
    """What compiles and renders templates in a language; values are there in all of them."""
    say = speaker(language)
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(sources),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        bytecode_cache=_COMPILED[language],
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[translating(say)],
    )
    environment.globals.update(values, _=say, language=language)
    _share_parts(environment)
    return environment


def _share_parts(environment: jinja2.Environment) -> None:
    """Let every template use the macros of _parts.html, without importing them anew for each page."""
    if PARTS in environment.list_templates():
        parts = vars(environment.get_template(PARTS).module)
        environment.globals.update({name: parts[name] for name in parts if not name.startswith("_")})


def _is_page(name: str) -> bool:
    return name.endswith(".html")
