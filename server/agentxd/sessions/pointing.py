"""What a place in a text points at: the word there, and which definitions it can mean."""

import re
from collections.abc import Sequence

from msgspec import Struct

from agentxd.index.families import family_of
from agentxd.kernel.index import SymbolKind, SymbolPlace, Use
from agentxd.sessions.languages import IMPLICIT_MEMBERS, language_of

_WORD = re.compile(r"[\w$]+")
_WIDE = re.compile(r"[\w$-]+[!?]?")
"""Names of Ruby's methods, of CSS and of data."""
_ACCESS = re.compile(r"(?:\.|->|::|:)\s*$")
_BEHIND = re.compile(
    r"(?<![\w$.>:)\]])[\w$]+(?:(?:\.|->|::|\\)[\w$]+)*(?=\s*(?:\?\.|\.|->|::)\s*$)"
)
_LONGEST_LINE = 10_000
_MEMBERS = frozenset({SymbolKind.METHOD, SymbolKind.FIELD, SymbolKind.MEMBER})
_DATA = frozenset({SymbolKind.KEY, SymbolKind.HEADING, SymbolKind.SELECTOR, SymbolKind.ELEMENT})


class Word(Struct, frozen=True):
    """A name in a line; columns in code points."""

    names: tuple[str, ...]
    """The word, and with signs that only some languages have in names."""
    start: int
    end: int
    is_member: bool
    """It stands behind what it belongs to: `a.word`, `a->word`, `A::word`."""
    behind: str = ""
    """The names right before it: `a` of `a.word`, `a.b` of `a.b.word`, none of `a().word`."""


def word_at(line: str, column: int) -> Word | None:
    """The name at, or right before, a column; None where there is none."""
    if len(line) > _LONGEST_LINE:
        return None
    found = _covering(_WORD, line, column)
    if found is None or found.group().isdigit():
        return None
    wide = _covering(_WIDE, line, column)
    names = dict.fromkeys([found.group(), *([wide.group()] if wide else [])])
    before = line[: found.start()]
    behind = _BEHIND.search(before) if (is_member := _ACCESS.search(before) is not None) else None
    written = behind.group() if behind is not None else ""
    return Word(tuple(names), found.start(), found.end(), is_member, written)


def meant(
    places: Sequence[SymbolPlace], word: Word, line: int, path: str, language: str
) -> list[SymbolPlace]:
    """Those of the definitions that a word in this place can mean; itself alone on its own."""
    for place in places:
        if place.path == path and (place.symbol.line, place.symbol.column) == (line, word.start):
            return [place]
    family = family_of(language)
    return [
        place
        for place in places
        if family_of(place.language) == family
        and (place.symbol.kind not in _MEMBERS or word.is_member or language in IMPLICIT_MEMBERS)
        and (place.symbol.kind not in _DATA or place.path == path or language in ("css", "html"))
        and (language != "go" or _is_seen(place, word, path))
    ]


def likely(uses: Sequence[Use], places: Sequence[SymbolPlace], language: str) -> list[Use]:
    """The uses that can mean these definitions: a member's stand behind what it belongs to."""
    family = family_of(language)
    is_member = all(place.symbol.kind in _MEMBERS for place in places)
    is_strict = is_member and language not in IMPLICIT_MEMBERS
    is_private = language == "go" and all(_is_private(place) for place in places)
    folders = {_folder(place.path) for place in places}
    return [
        use
        for use in uses
        if family_of(language_of(use.path)) == family
        and (not is_private or _folder(use.path) in folders)
        and (not is_strict or _ACCESS.search(use.text[: use.column]))
    ]


def _is_seen(place: SymbolPlace, word: Word, path: str) -> bool:
    """Go: whole packages see each other's names in capitals alone, and behind something."""
    if _folder(place.path) == _folder(path):
        return True
    return word.is_member and not _is_private(place)


def _is_private(place: SymbolPlace) -> bool:
    return not place.symbol.name[:1].isupper()


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _covering(pattern: re.Pattern[str], line: str, column: int) -> re.Match[str] | None:
    matches = (found for found in pattern.finditer(line) if found.end() >= column)
    found = next(matches, None)
    return found if found is not None and found.start() <= column else None
