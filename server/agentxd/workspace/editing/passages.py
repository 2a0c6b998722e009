"""Passages: text that may start and end within a line, replaced character by character."""

from msgspec import Struct

from agentxd.workspace.diff import changes
from agentxd.workspace.editing.cuts import applied
from agentxd.workspace.editing.placing import Found, Lines, Several, encoded, place
from agentxd.workspace.editing.target import Target, is_telling, is_word_byte
from agentxd.workspace.editing.values import Edit, Level, Passage, Replacement, Spot
from agentxd.workspace.lines import split_lines

_ENOUGH_CHARS = 10
"""Of new text that is taken for an earlier run of the same edit."""


class Replaced(Struct, frozen=True):
    """The content with the passage replaced."""

    after: bytes
    spot: Spot


def replace_passage(target: Target, passage: Passage) -> Replaced | Several | None:
    """The result, the places where it is ambiguous (0-based lines), None where there is none.

    Raises UnicodeEncodeError where the file's encoding cannot say it.
    """
    old = passage.old.removeprefix("\ufeff").encode(target.encoding)
    new = passage.new.removeprefix("\ufeff").encode(target.encoding)
    fitted_old, fitted_new = _in_line_ends_of(target.text, old, new)
    level = Level.EXACT if fitted_old == old else Level.LINE_ENDS
    n_places = target.text.count(fitted_old)
    if not n_places or (n_places == 1 and _cuts_words(target.text, fitted_old)):
        return (
            None if passage.is_all else _by_lines(target, passage) or _earlier(target, fitted_new)
        )
    if n_places > 1 and not passage.is_all:
        return Several(tuple(_lines_of(target.text, fitted_old)), level)
    at = target.text.index(fitted_old)
    line = target.text.count(b"\n", 0, at) + 1
    if n_places == 1 and _is_there_already(target.text, fitted_old, fitted_new, at):
        return Replaced(target.content, Spot(line, level, is_already=True))
    after = target.mark + target.text.replace(fitted_old, fitted_new)
    return Replaced(after, Spot(line, level, n_places=n_places))


def edits_of(target: Target, replaced: Replaced) -> tuple[Edit, ...]:
    """The same in the one internal form."""
    after = split_lines(replaced.after.removeprefix(target.mark))
    return tuple(
        Edit(
            target.path,
            target.id,
            change.a_start,
            change.a_end,
            b"".join(after[change.b_start : change.b_end]),
            replaced.spot.level,
        )
        for change in changes(target.lines, after)
    )


def _cuts_words(text: bytes, old: bytes) -> bool:
    """Whether several lines begin or end within a word of the file: then other lines are meant."""
    at = text.index(old)
    before, behind = text[max(at - 1, 0) : at], text[at + len(old) : at + len(old) + 1]
    is_cut = _is_word(before + old[:1], 2) or _is_word(old[-1:] + behind, 2)
    return is_cut and b"\n" in old


def _is_word(both: bytes, n_bytes: int) -> bool:
    return len(both) == n_bytes and all(is_word_byte(each) for each in both)


def _in_line_ends_of(text: bytes, old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """A model writes plain line feeds; a file with carriage returns keeps them."""
    has_returns = b"\r\n" in text
    is_pure = has_returns and text.count(b"\n") == text.count(b"\r\n")
    if not is_pure and (not has_returns or b"\r\n" in old or old in text):
        return old, new
    return _with_returns(old), _with_returns(new)


def _with_returns(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _lines_of(text: bytes, old: bytes) -> list[int]:
    """0-based lines in which the places begin."""
    lines: list[int] = []
    at = text.find(old)
    line, counted = 0, 0
    while at >= 0:
        line += text.count(b"\n", counted, at)
        counted = at
        lines.append(line)
        at = text.find(old, at + len(old))
    return lines


def _is_there_already(text: bytes, old: bytes, new: bytes, at: int) -> bool:
    """Whether what the edit adds around the old text is around it already."""
    if new.count(old) != 1:
        return False
    before, _, behind = new.partition(old)
    start = at - len(before)
    return is_telling(before + behind) and start >= 0 and text[start : start + len(new)] == new


def _by_lines(target: Target, passage: Passage) -> Replaced | Several | None:
    """Where the text is not there character by character, its lines may be."""
    piece = _as_lines(passage)
    if piece is None:
        return None
    lines: Lines = encoded(piece, target)
    found = place(target, piece, lines)
    if not isinstance(found, Found):
        return found
    after = applied(target, list(found.cuts), has_final_newline=None)
    return Replaced(after, Spot(found.start + 1, found.level, found.is_already))


def _as_lines(passage: Passage) -> Replacement | None:
    """As whole lines, None where the new text would run into the next line."""
    old, new = passage.old, passage.new
    if old.endswith("\n"):
        if new and not new.endswith("\n"):
            return None
        old_lines = old[:-1].split("\n")
        new_lines = new[:-1].split("\n") if new else []
    else:
        old_lines, new_lines = old.split("\n"), new.split("\n")
    return Replacement(tuple(old_lines), tuple(new_lines), passage.label)


def _earlier(target: Target, new: bytes) -> Replaced | None:
    """The new text stands once in the file and the old one nowhere: it was done before."""
    if len(b"".join(new.split())) < _ENOUGH_CHARS or target.text.count(new) != 1:
        return None
    line = target.text.count(b"\n", 0, target.text.index(new)) + 1
    return Replaced(target.content, Spot(line, is_already=True))
