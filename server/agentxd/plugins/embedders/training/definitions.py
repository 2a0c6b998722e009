"""Finds definitions with their documentation, and takes the documentation out."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

import tree_sitter
from msgspec import Struct

from agentxd.plugins.embedders.training.languages import ALIASES, GRAMMARS, Language

_SIGNS = re.compile(r"^\s*(?:///?!?|/\*+!?|\*+/|\*|#+)?\s?|\s*\*+/\s*$")
_QUOTES = re.compile(r"""^[rRuUbBfF]*("{3}|'{3}|"|')|("{3}|'{3}|"|')$""")
_MARKS = re.compile(r"`+|\[`?([^\]]*?)`?\]\([^)]*\)|:[a-z:]+:(?=`)|\{@\w+ ([^}]*)\}|<[^>]{1,40}>")
_END = re.compile(
    r"(?<=[a-z0-9)\]\"'`])[.!?:](?=\s|$)|\n\s*\n|\n\s*(?=[@:-]|\* |Args|Param|Return)"
)
_OUTER = frozenset(
    ("export_statement", "decorated_definition", "lexical_declaration", "variable_declaration")
)
_BETWEEN = frozenset(("attribute_item", "decorator"))


class Definition(Struct, frozen=True):
    """A function or type of a file. Bytes and lines count from 0."""

    name: str
    is_function: bool
    start: int
    end: int
    docs: tuple[tuple[int, int], ...]
    """Bytes that are its documentation, inside `start` to `end` or above."""
    line: int
    """Of its name."""
    sentence: str
    """The first of its documentation, without marks; empty where there is none."""


def language_of(path: str) -> str:
    """The end of the name under which the language is known, or nothing."""
    suffix = PurePosixPath(path).suffix
    suffix = ALIASES.get(suffix, suffix)
    return suffix if suffix in GRAMMARS else ""


def definitions(path: str, content: bytes) -> list[Definition]:
    """All of a file in a language that is known; in the order of the file."""
    suffix = language_of(path)
    if not suffix:
        return []
    language = _loaded(suffix)
    found = []
    for node, name, is_function in language.definitions(content):
        docs = _inside(node) if language.grammar.is_doc_inside else _above(node, language)
        text = "\n".join(_bare(doc.text or b"") for doc in docs)
        spans = tuple((doc.start_byte, doc.end_byte) for doc in docs)
        sentence = first_sentence(text, name)
        outer = _outer(node)
        line = (node.child_by_field_name("name") or node).start_point[0]
        place = (outer.start_byte, outer.end_byte, spans, line)
        found.append(Definition(name, is_function, *place, sentence))
    return found


def without(content: bytes, start: int, end: int, spans: Sequence[tuple[int, int]]) -> bytes:
    """A part of a content with some of its bytes left out; line ends stay, so lines do."""
    pieces, place = [], start
    for first, last in sorted(spans):
        if first >= start and last <= end:
            pieces += [content[place:first], b"\n" * content[first:last].count(b"\n")]
            place = max(place, last)
    return b"".join([*pieces, content[place:end]])


def first_sentence(doc: str, name: str) -> str:
    """The first sentence of a documentation, without the definition's own name as Go has it."""
    text = _MARKS.sub(lambda found: found.group(1) or found.group(2) or " ", doc.strip())
    sentence = " ".join(_END.split(text, maxsplit=1)[0].split())
    head, _, rest = sentence.partition(" ")
    if rest and head.strip("`*:,()") == name:
        sentence = rest
    return sentence


@lru_cache(maxsize=32)
def _loaded(suffix: str) -> Language:
    return Language(GRAMMARS[suffix])


def _outer(node: tree_sitter.Node) -> tree_sitter.Node:
    while node.parent is not None and node.parent.type in _OUTER:
        node = node.parent
    return node


def _inside(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    body = node.child_by_field_name("body")
    first = body.named_children[0] if body is not None and body.named_children else None
    if first is not None and first.type == "expression_statement" and first.named_children:
        first = first.named_children[0]
    return [first] if first is not None and first.type == "string" else []


def _above(node: tree_sitter.Node, language: Language) -> list[tree_sitter.Node]:
    found: list[tree_sitter.Node] = []
    outer = _outer(node)
    row = outer.start_point[0]
    above = outer.prev_sibling
    while above is not None and row - _last_row(above) <= 1:
        if above.type in _BETWEEN:
            row = above.start_point[0]
        elif "comment" in above.type and (above.text or b"").decode("utf-8", "replace").startswith(
            language.grammar.starts
        ):
            row = above.start_point[0]
            found.append(above)
        else:
            break
        above = above.prev_sibling
    return found[::-1]


def _last_row(node: tree_sitter.Node) -> int:
    """Some grammars count the line end into a comment."""
    return node.end_point[0] - (1 if node.end_point[1] == 0 else 0)


def _bare(doc: bytes) -> str:
    text = _QUOTES.sub("", doc.decode("utf-8", "replace").strip())
    return "\n".join(_SIGNS.sub("", line) for line in text.split("\n")).strip()
