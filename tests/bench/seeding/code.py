"""Code that does not parse any more, by the mistakes of editing and of merging."""

import ast
import json
from collections.abc import Callable, Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import Edit, Shape, Spot
from tests.bench.seeding.placing import code_lines

_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}
_BRACED = ("js", "ts", "go", "rs", "java", "php")
Spoil = Callable[[Random, bytes], bytes | None]


def _spoilt(name: str, spoil: Spoil, languages: tuple[str, ...]) -> Shape:
    """One line of code of the file, spoilt; the finding may be wherever the parser stumbles."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        if not _is_right(spot, spot.new):
            return None
        lines, places = split_lines(spot.new), code_lines(spot)[:80]
        random.shuffle(places)
        for place in places:
            line = spoil(random, lines[place])
            if line is None or line == lines[place]:
                continue
            new = b"".join([*lines[:place], line, *lines[place + 1 :]])
            if _is_wrong(spot, new):
                return [spot.edited(new)]
        return None

    return Shape("syntax-error", name, make, languages)


def _is_right(spot: Spot, content: bytes) -> bool:
    return _opinion(spot.language, content) is not False


def _is_wrong(spot: Spot, content: bytes) -> bool:
    """By a real parser where Python has one; of others the spoiling itself is certain."""
    return _opinion(spot.language, content) is not True


def _opinion(language: str, content: bytes) -> bool | None:
    try:
        if language == "py":
            ast.parse(content)
        elif language == "json":
            json.loads(content)
        else:
            return None
    except (SyntaxError, ValueError):
        return False
    return True


def _without(signs: bytes) -> Spoil:
    """Without one of the brackets, where the line has no strings that might hold them."""

    def spoil(random: Random, line: bytes) -> bytes | None:
        if _has_strings(line):
            return None
        places = [n for n in range(len(line)) if line[n : n + 1] in [bytes([s]) for s in signs]]
        place = random.choice(places) if places else -1
        return None if place < 0 else line[:place] + line[place + 1 :]

    return spoil


def _doubled(random: Random, line: bytes) -> bytes | None:
    """A closing bracket typed twice."""
    place = max(line.rfind(sign) for sign in _PAIRS.values())
    return None if place < 0 or _has_strings(line) else line[: place + 1] + line[place:]


def _cut(random: Random, line: bytes) -> bytes | None:
    """The line ends in the middle, behind an opening bracket."""
    place = line.find(b"(")
    has_end = line.find(b")", place) > 0
    return None if place < 1 or not has_end or _has_strings(line) else line[: place + 1] + b"\n"


def _has_strings(line: bytes) -> bool:
    return any(sign in line for sign in (b'"', b"'", b"`", b"//", b"/*", b"#", b"/"))


def _open_string(random: Random, line: bytes) -> bytes | None:
    """A quote is lost."""
    return (
        None
        if line.count(b'"') != 2 or b"'" in line or b"`" in line
        else line[::-1].replace(b'"', b"", 1)[::-1]
    )


def _no_colon(random: Random, line: bytes) -> bytes | None:
    body = line.rstrip()
    return body[:-1] + b"\n" if body.endswith(b":") else None


def _shifted(random: Random, line: bytes) -> bytes | None:
    """One blank too many."""
    return b" " + line if line.startswith(b"    ") else None


def _letters(random: Random, line: bytes) -> bytes | None:
    """Typed into the wrong window."""
    body = line.rstrip()
    return body + b" :wq!\n" if body.endswith((b")", b";", b"{", b"}")) else None


def _no_comma(random: Random, line: bytes) -> bytes | None:
    body = line.rstrip()
    return body[:-1] + b"\n" if body.endswith(b",") and len(body) > 4 else None


def _tail_lost(share: float) -> Shape:
    """The file ends in the middle of a block."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        lines = split_lines(spot.new)
        ends = [
            n
            for n in code_lines(spot)
            if n > len(lines) * share and lines[n].rstrip().endswith((b"{", b"("))
        ]
        if not ends or not _is_right(spot, spot.new):
            return None
        new = b"".join(lines[: ends[0] + 1])
        return [spot.edited(new)] if _is_wrong(spot, new) else None

    return Shape("syntax-error", f"cut-{share:g}", make, (*_BRACED, "py"))


SHAPES = [
    *(_spoilt(f"closing-lost-{language}", _without(b")]}"), (language,)) for language in (*_BRACED, "py", "json", "css")),
    *(_spoilt(f"opening-lost-{language}", _without(b"([{"), (language,)) for language in (*_BRACED, "py", "json")),
    *(_spoilt(f"doubled-{language}", _doubled, (language,)) for language in (*_BRACED, "py")),
    *(_spoilt(f"cut-line-{language}", _cut, (language,)) for language in (*_BRACED, "py")),
    *(_spoilt(f"quote-lost-{language}", _open_string, (language,)) for language in ("go", "rs", "java", "py", "json", "js", "ts")),
    *(_spoilt(f"wrong-window-{language}", _letters, (language,)) for language in (*_BRACED, "py")),
    _spoilt("colon-lost", _no_colon, ("py",)), _spoilt("shifted", _shifted, ("py",)),
    _spoilt("comma-lost", _no_comma, ("json",)), _spoilt("shifted-again", _shifted, ("py",)),
    _tail_lost(0.3), _tail_lost(0.6),
]  # fmt: skip
