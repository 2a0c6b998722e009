"""Which invisible characters are harmful where they stand, and which are how people write."""

from collections.abc import Iterator
from unicodedata import bidirectional, category

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Severity
from agentxd.plugins.rules.text import Places

HINT = Lazy(
    rb"\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xc2\xad|\xef\xbb\xbf|\xd8\x9c"
    rb"|\xe1\x85[\x9f\xa0]|\xe3\x85\xa4|\xef\xbe\xa0|\xe1\xa0\x8e|\xf3\xa0[\x80-\x87]"
)
"""Bytes of one of the characters below."""
_HIDDEN = Lazy(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u206f\xad\ufeff\u061c\u115f\u1160\u3164\uffa0\u180e"
    "\U000e0000-\U000e01ef]"
)
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OVERRIDES = frozenset("\u202d\u202e")
_OPENING, _CLOSING = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), "\u202c\u2069"
_MARKS = frozenset("\u200e\u200f\u061c")
_JOINERS = frozenset("\u200c\u200d")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FLAG = Lazy("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
_SYMBOLS = frozenset({"So", "Sk", "Sm", "Po", "Mn", "Me", "Cn"})
_FIRST_SYMBOL, _FIRST_TAG, _FIRST_SELECTOR = "\u00a9", "\U000e0000", "\U000e0100"
_FIRST_ASIAN = "\u0590"
"""From here on, scripts have letters that join."""
_VARIATION = "\ufe0f"


class Around(Struct, frozen=True):
    """Where a line stands."""

    line: str
    number: int
    is_code: bool
    is_test: bool
    places: Places


class Hidden(Struct, frozen=True):
    """A character that should not be there."""

    column: int
    severity: Severity
    what: str


def judged(around: Around) -> Iterator[Hidden]:
    """Harmful characters of the line, from left to right."""
    flags = {at for match in _FLAG.finditer(around.line) for at in range(*match.span())}
    order = _order(around)
    has_right_to_left = _has_right_to_left(around.line)
    for match in _HIDDEN.finditer(around.line):
        column = match.start()
        if column in flags or (match[0] in _MARKS and has_right_to_left):
            continue
        told = order if match[0] in _REORDERING else _told(around, column, match[0])
        if told is not None:
            yield Hidden(column, *told)


_Told = tuple[Severity, str] | None


def _told(around: Around, column: int, char: str) -> _Told:
    if char in _MARKS:
        return _invisible(around, column, char) if around.is_code else None
    if char >= _FIRST_TAG:
        return _tag(around, column, char)
    if column == 0 and around.number == 0 and char == "\ufeff":
        return None
    return None if _is_writing(around.line, column, char) else _invisible(around, column, char)


def _order(around: Around) -> _Told:
    """What controls do to the line; harmless where balanced, in prose or right-to-left text."""
    line = around.line
    is_balanced = _is_balanced(line)
    has_override = not _OVERRIDES.isdisjoint(line)
    if around.is_code and (has_override or not (_has_right_to_left(line) and is_balanced)):
        is_quoted = around.is_test and is_balanced and not has_override
        return Severity.NOTE if is_quoted else Severity.ERROR, "the line is not what it looks like"
    if has_override or not is_balanced:
        severity = Severity.NOTE if around.is_test else Severity.WARNING
        return severity, "the line is shown in another order than it has"
    return None


def _is_balanced(line: str) -> bool:
    depth = 0
    for char in line:
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _has_right_to_left(line: str) -> bool:
    return any(
        char >= _FIRST_ASIAN and char not in _MARKS and bidirectional(char) in _RIGHT_TO_LEFT
        for char in line
    )


def _tag(around: Around, column: int, char: str) -> _Told:
    """Selectors of a variant follow a letter of Chinese writing, one each."""
    before = around.line[column - 1 : column]
    if char >= _FIRST_SELECTOR and before.isalpha() and before > "\u2e80":
        return None
    return Severity.ERROR, "the line holds text that nobody sees"


def _is_writing(line: str, column: int, char: str) -> bool:
    """Joiners in emoji and in scripts that join; breaks in scripts without spaces."""
    before, after = line[column - 1 : column] if column else "", line[column + 1 : column + 2]
    if char in _JOINERS and (_is_symbol(before) or _is_symbol(after)):
        return True
    if char in _FILLERS:
        return "\u1100" <= before <= "\u11ff" or "\u1100" <= after <= "\u11ff"
    is_between = before >= _FIRST_ASIAN and (before.isalpha() or category(before) in ("Mn", "Mc"))
    return is_between and char in "\u200b\u200c\u200d\u2060\u180e"


def _is_symbol(char: str) -> bool:
    return char == _VARIATION or (char >= _FIRST_SYMBOL and category(char) in _SYMBOLS)


def _invisible(around: Around, column: int, char: str) -> _Told:
    """Worst in names, mildest where people write."""
    what = "the line has a character that nobody sees"
    kind = around.places.kind_at(around.number, column)
    if not around.is_code:
        return None if char == "\xad" else (Severity.NOTE, what)
    if kind == "comment" or around.is_test or (kind == "string" and char == "\xad"):
        return Severity.NOTE, what
    return Severity.WARNING, what
