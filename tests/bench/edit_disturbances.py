"""Files that are no longer as the edit has them, each made together with its right result."""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from tests.bench.edit_hunks import Hunk

Body = list[tuple[str, bytes]]
_WORD = re.compile(rb"[A-Za-z_]\w{3,}")


class Case(NamedTuple):
    """An edit as the model has it, the file that it meets, and what must become of that."""

    body: Body
    """What the model writes: signs and lines."""
    file: list[bytes]
    expected: list[bytes] | None
    """None: whatever lands is wrong, for the place is gone or there are two."""
    is_space_free: bool = False
    """Compare without the space at the ends of lines: which of two like lines is the new one
    cannot be known."""
    whole: list[bytes] | None = None
    """What a model writes that gives the whole file; None where that says nothing."""
    scoped: list[bytes] | None = None
    """Right as well, where the edit names the function that it is in."""


def _sides(hunk: Hunk, body: Body) -> tuple[list[bytes], list[bytes]]:
    """The file before and after, with this body in the hunk's place."""
    old = [line for sign, line in body if sign != "+"]
    new = [line for sign, line in body if sign != "-"]
    return [*hunk.before, *old, *hunk.after], [*hunk.before, *new, *hunk.after]


def _case(hunk: Hunk, body: Body, *, is_space_free: bool = False) -> Case:
    """The file has `body`, the model what the commit had."""
    file, expected = _sides(hunk, body)
    return Case(list(hunk.body), file, expected, is_space_free, expected)


def nothing(hunk: Hunk, chance: random.Random) -> Case | None:
    return _case(hunk, list(hunk.body))


def drift(hunk: Hunk, chance: random.Random) -> Case | None:
    """Lines have come in above and below."""
    more = [b"# drifted line %d\n" % number for number in range(chance.randint(1, 60))]
    tail = [b"# one more at the end\n"] if _is_ended(hunk) else []
    moved = hunk._replace(before=(*more, *hunk.before), after=(*hunk.after, *tail))
    return _case(moved, list(hunk.body))


def trailing_in_file(hunk: Hunk, chance: random.Random) -> Case | None:
    body = [(sign, line if sign == "+" else _padded(line)) for sign, line in hunk.body]
    return _case(hunk, body, is_space_free=True)


def trailing_in_edit(hunk: Hunk, chance: random.Random) -> Case | None:
    file, expected = _sides(hunk, list(hunk.body))
    body = [(sign, line if sign == "+" else _padded(line)) for sign, line in hunk.body]
    return Case(body, file, expected, is_space_free=True)


def returns_in_file(hunk: Hunk, chance: random.Random) -> Case | None:
    if any(b"\r" in line for line in _sides(hunk, list(hunk.body))[0] + hunk.new):
        return None
    file, expected = ([_returned(x) for x in side] for side in _sides(hunk, list(hunk.body)))
    return Case(list(hunk.body), file, expected, whole=_sides(hunk, list(hunk.body))[1])


def returns_in_edit(hunk: Hunk, chance: random.Random) -> Case | None:
    file, expected = _sides(hunk, list(hunk.body))
    if any(b"\r" in line for line in file + expected):
        return None
    body = [(sign, _returned(line)) for sign, line in hunk.body]
    return Case(body, file, expected, whole=[_returned(line) for line in expected])


def mixed_ends(hunk: Hunk, chance: random.Random) -> Case | None:
    """Every other line of the file has a carriage return; new lines may take either."""
    if returns_in_file(hunk, chance) is None:
        return None
    body = [(s, _returned(x) if i % 2 and s != "+" else x) for i, (s, x) in enumerate(hunk.body)]
    return _case(hunk, body, is_space_free=True)


def indented_in_edit(hunk: Hunk, chance: random.Random) -> Case | None:
    """The model leaves the common indentation out, or puts four spaces in front."""
    lines = [line for _, line in hunk.body if line.strip()]
    common = min((len(line) - len(line.lstrip(b" \t")) for line in lines), default=0)
    pads = {line[:common] for line in lines}
    if common and len(pads) != 1:
        return None
    file, expected = _sides(hunk, list(hunk.body))
    body = [
        (sign, line if not line.strip() else line[common:] if common else b"    " + line)
        for sign, line in hunk.body
    ]
    return Case(body, file, expected)


def other_tabs_in_edit(hunk: Hunk, chance: random.Random) -> Case | None:
    """The model writes spaces for tabs, or tabs for spaces."""
    has_tabs = any(line.startswith(b"\t") for line in hunk.old)
    has_spaces = any(line.startswith(b"    ") for line in hunk.old)
    if has_tabs == has_spaces:
        return None
    file, expected = _sides(hunk, list(hunk.body))
    return Case([(s, _retabbed(x, has_tabs=has_tabs)) for s, x in hunk.body], file, expected)


def renamed_neighbour(hunk: Hunk, chance: random.Random) -> Case | None:
    """In the file, a word of a context line is another one now."""
    body = list(hunk.body)
    named = [i for i, (sign, line) in enumerate(body) if sign == " " and _WORD.search(line)]
    if not named:
        return None
    at = chance.choice(named)
    body[at] = (" ", _renamed(body[at][1]))
    return _case(hunk, body)


def renamed_everywhere(hunk: Hunk, chance: random.Random) -> Case | None:
    """A word of the context is another one now, wherever it stands on lines that stay."""
    words = [w for sign, line in hunk.body if sign == " " for w in _WORD.findall(line)]
    if not words:
        return None
    word = re.compile(rb"\b" + re.escape(chance.choice(words)) + rb"\b")
    body = [(s, word.sub(b"renamed_name", x) if s == " " else x) for s, x in hunk.body]
    moved = hunk._replace(
        before=tuple(word.sub(b"renamed_name", x) for x in hunk.before),
        after=tuple(word.sub(b"renamed_name", x) for x in hunk.after),
    )
    return _case(moved, body)


def line_between(hunk: Hunk, chance: random.Random) -> Case | None:
    """A line has come in between two lines of the context."""
    body = list(hunk.body)
    places = [i for i in range(1, len(body)) if body[i - 1][0] == body[i][0] == " "]
    if not places:
        return None
    body.insert(chance.choice(places), (" ", b"line_that_came_in_between\n"))
    return _case(hunk, body)


def line_gone(hunk: Hunk, chance: random.Random) -> Case | None:
    """A line of the context is not there any more."""
    body = list(hunk.body)
    places = [i for i, (sign, line) in enumerate(body) if sign == " " and _WORD.search(line)]
    if not places:
        return None
    del body[chance.choice(places)]
    return _case(hunk, body)


def twin(hunk: Hunk, chance: random.Random) -> Case | None:
    """The very same lines stand twice: nobody can say which are meant."""
    if not _is_ended(hunk):
        return None
    file, expected = _sides(hunk, list(hunk.body))
    copy = [*hunk.old]
    if chance.random() < 0.5:  # above as often as below
        return Case(list(hunk.body), [*copy, b"\n", *file], None, scoped=[*copy, b"\n", *expected])
    return Case(list(hunk.body), [*file, b"\n", *copy], None, scoped=[*expected, b"\n", *copy])


def near_twin(hunk: Hunk, chance: random.Random) -> Case | None:
    """Nearly the same lines stand elsewhere, and a line of the right place is renamed as well."""
    right, other = renamed_neighbour(hunk, chance), renamed_neighbour(hunk, chance)
    if right is None or other is None or right.expected is None or not _is_ended(hunk):
        return None
    start, end = len(hunk.before), len(other.file) - len(hunk.after)
    copy = [_renamed_other(line) for line in other.file[start:end]]
    if chance.random() < 0.5:
        file, expected = [*copy, b"\n", *right.file], [*copy, b"\n", *right.expected]
    else:
        file, expected = [*right.file, b"\n", *copy], [*right.expected, b"\n", *copy]
    return Case(list(hunk.body), file, expected)


def old_gone_twin_there(hunk: Hunk, chance: random.Random) -> Case | None:
    """The right place was rewritten; what is like it elsewhere is not meant.

    Half of the copy's lines have another name in them, and two at least: a copy with one such
    line could not be told from the right place with a renamed neighbour.
    """
    body = [(s, b"rewritten_line_%d\n" % i) for i, (s, _) in enumerate(hunk.body)]
    named = [index for index, line in enumerate(hunk.old) if _WORD.search(line)]
    if not _is_ended(hunk) or len(named) < 4:  # half of them is two
        return None
    other = set(named[::2])
    copy = [_renamed(line) if index in other else line for index, line in enumerate(hunk.old)]
    file = _sides(hunk, body)[0]
    return Case(list(hunk.body), [*file, b"\n", *copy], None)


def block_gone(hunk: Hunk, chance: random.Random) -> Case | None:
    """All of the old lines are gone: there is no right place."""
    return Case(list(hunk.body), [*hunk.before, *hunk.after], None)


def done_already(hunk: Hunk, chance: random.Random) -> Case | None:
    """Somebody made the same change; a second one would be wrong."""
    expected = _sides(hunk, list(hunk.body))[1]
    return Case(list(hunk.body), expected, expected, whole=expected)


DISTURBANCES: dict[str, Callable[[Hunk, random.Random], Case | None]] = {
    "none": nothing,
    "lines inserted above": drift,
    "trailing space in the file": trailing_in_file,
    "trailing space in the edit": trailing_in_edit,
    "CRLF in the file": returns_in_file,
    "CRLF in the edit": returns_in_edit,
    "CRLF on some lines": mixed_ends,
    "indentation": indented_in_edit,
    "tabs and spaces": other_tabs_in_edit,
    "a renamed neighbour": renamed_neighbour,
    "a name changed everywhere": renamed_everywhere,
    "a line inserted in the context": line_between,
    "a context line gone": line_gone,
    "made already": done_already,
    "the block twice": twin,
    "a near copy elsewhere": near_twin,
    "only a near copy left": old_gone_twin_there,
    "the block gone": block_gone,
}


def _is_ended(hunk: Hunk) -> bool:
    last = hunk.after[-1] if hunk.after else hunk.old[-1]
    return last.endswith(b"\n")


def _padded(line: bytes) -> bytes:
    body = line.rstrip(b"\r\n")
    return body + b"  " + line[len(body) :]


def _returned(line: bytes) -> bytes:
    return line[:-1] + b"\r\n" if line.endswith(b"\n") else line


def _renamed(line: bytes) -> bytes:
    return _WORD.sub(lambda found: found[0] + b"_renamed", line, count=1)


def _renamed_other(line: bytes) -> bytes:
    return line.replace(b"_renamed", b"_elsewhere")


def _retabbed(line: bytes, *, has_tabs: bool) -> bytes:
    body = line.lstrip(b" \t")
    indent = line[: len(line) - len(body)]
    if not body.strip():
        return line
    return (indent.replace(b"\t", b"    ") if has_tabs else indent.replace(b"    ", b"\t")) + body
