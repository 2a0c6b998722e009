"""Where a defect may be put: between two statements of a changed file, so that it still parses."""

from collections.abc import Callable, Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import Edit, Make, Shape, Spot

NAMES = ("value", "result", "data", "item", "payload", "response", "options", "record", "config")
_ENDS = {
    "py": (), "rb": (), "sh": (), "go": ("{", "}", ")", '"'), "rs": (";", "{", "}"),
    "java": (";", "{", "}"), "js": (";", "{", "}", ")"), "ts": (";", "{", "}", ")"),
    "php": (";", "{", "}"),
}  # fmt: skip
"""How the line before a statement ends."""
_TRIES = 12
_NEVER = (b")", b"}", b"]", b".", b"else", b"elif", b"except", b"finally", b"case", b"catch", b"end",
          b"?", b":", b"&&", b"||", b"+", b"*", b"@", b"rescue", b"when", b"default")  # fmt: skip


def snippet(rule: str, name: str, languages: str, *texts: str) -> list[Shape]:
    """Shapes that put one of these texts between statements; `NAME` becomes a variable's name."""
    return [
        Shape(rule, name if len(texts) == 1 else f"{name}-{number}", inserting(text), tuple(languages.split()))
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip


def inserting(text: str | Callable[[Random], str]) -> Make:
    """Puts the text between two statements."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        made = text if isinstance(text, str) else text(random)
        edit = inserted(random, spot, made.replace("NAME", random.choice(NAMES)))
        return None if edit is None else [edit]

    return make


def inserted(random: Random, spot: Spot, text: str) -> Edit | None:
    """The file with these lines at a place where it still parses as well as before."""
    lines = split_lines(spot.new)
    before = len(spot.syntax.faults(spot.file.path, spot.new) or ())
    places = _places(spot, lines)
    random.shuffle(places)
    for place in places[:_TRIES]:
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        end = b"\r\n" if lines[place].endswith(b"\r\n") else b"\n"
        added = [indent + line.encode() + end if line else end for line in text.split("\n")]
        new = b"".join([*lines[:place], *added, *lines[place:]])
        if len(spot.syntax.faults(spot.file.path, new) or ()) <= before:
            return spot.edited(new, place, place + len(added))
    return None


def _places(spot: Spot, lines: Sequence[bytes]) -> list[int]:
    """Lines before which a statement may stand: in changed code, else in the whole file."""
    inside = covered(spot)
    fit = [n for n in range(1, len(lines)) if n not in inside and _fits(spot.language, lines, n)]
    near = {n for span in spot.file.spans for n in range(span.new_start, span.new_start + span.new_count + 1)}  # fmt: skip
    return [n for n in fit if n in near] or fit


def _fits(language: str, lines: Sequence[bytes], number: int) -> bool:
    line, text = lines[number], lines[number].strip()
    if not text or text.startswith(_NEVER) or line[:1] not in b" \t":
        return False
    before = next((one.strip() for one in reversed(lines[:number]) if one.strip()), b"")
    if before.endswith((b",", b"(", b"[", b"\\", b"=", b"|", b"&", b"+", b"=>", b"->")):
        return False
    ends = _ENDS.get(language, ())
    return not ends or before.endswith(tuple(end.encode() for end in ends))


def covered(spot: Spot, content: bytes | None = None) -> set[int]:
    """Lines that begin inside of a comment or a string."""
    regions = spot.syntax.regions(spot.file.path, spot.new if content is None else content)
    return {
        number
        for region in regions
        for number in range(region.start_line + (region.kind == "string"), region.end_line + 1)
    }


def code_lines(spot: Spot) -> list[int]:
    """Lines of the file that are no comment, no string and not blank; changed ones first."""
    inside, lines = covered(spot), split_lines(spot.new)
    fit = [n for n, line in enumerate(lines) if line.strip() and n not in inside]
    near = {n for span in spot.file.spans for n in range(span.new_start, span.new_start + span.new_count)}  # fmt: skip
    return [n for n in fit if n in near] + [n for n in fit if n not in near]


def new_file(rule: str, name: str, path: str, text: str | Callable[[Random], str],
             find: str = "") -> Shape:  # fmt: skip
    """A new file in a real commit; the defect is the lines that have `find`, or the whole file."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        made = text if isinstance(text, str) else text(random)
        lines = made.split("\n")
        hits = [n for n, line in enumerate(lines) if find and find in line]
        where = (hits[0], hits[-1] + 1) if hits else (-1, -1)
        if path in spot.tree.paths():
            return None
        return [Edit(path, made.encode(), None, *where)]

    return Shape(rule, name, make)
