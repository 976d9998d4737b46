# SPDX-License-Identifier: Apache-2.0
"""Templates are written in Japanese and compiled for each language: which parts of one are messages."""

import re
from collections.abc import Callable, Iterator
from html import escape

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# Kana, kanji and the signs of Japanese sentences; not the wide blank, which is no word.
_JAPANESE = re.compile("[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uffee]")
# What stands between tags, and in an attribute.
RUN = re.compile(r'[^<>"]+')
Say = Callable[[str], str]


def is_japanese(text: str) -> bool:
    """Whether a text is in Japanese, and so is a message."""
    return _JAPANESE.search(text) is not None


def _said(run: re.Match[str], say: Say) -> str:
    text = run[0]
    core = text.strip()
    if not is_japanese(core):
        return text
    before, _, after = text.partition(core)
    return f"{before}{escape(say(' '.join(core.split())))}{after}"


def spoken_text(text: str, say: Say) -> str:
    """A piece of a template between expressions and statements, said with say."""
    return RUN.sub(lambda run: _said(run, say), text)


def _tokens(stream: TokenStream, say: Say) -> Iterator[Token]:
    for token in stream:
        if token.type == "data":
            yield Token(token.lineno, "data", spoken_text(token.value, say))
        elif token.type == "string" and is_japanese(token.value):
            yield Token(token.lineno, "string", say(token.value))
        else:
            yield token


def translating(say: Say) -> type[Extension]:
    """The extension of a Jinja environment whose templates say everything with say.

    Messages are each run of text between tags or quotation marks, its blanks collapsed, and each literal in
    expressions and statements, as far as there is Japanese in it.
    """

    class Translating(Extension):
        """Exchanges the texts before the template is compiled."""

        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            """The tokens, every text in the language."""
            return _tokens(stream, say)

    return Translating
