"""Functions of a public interface that are renamed, removed or called otherwise than others do."""

import re
from collections.abc import Callable, Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.blocks import end_of
from tests.bench.seeding.material import Edit, Shape, Spot, is_test
from tests.bench.seeding.placing import covered

_FUNCTION = {
    "py": re.compile(rb"^(?:async )?def ([a-z]\w{5,})\((\w+[^()]*)\)( ->.*)?:$"),
    "js": re.compile(rb"^(?:export )?(?:async )?function (\w{6,})\s?\((\w+[^(){}]*)\) \{$"),
    "ts": re.compile(rb"^export (?:async )?function (\w{6,})\((\w+[^(){}]*)\)(: [\w<>\[\] |]+)? \{$"),
    "go": re.compile(rb"^func ([A-Za-z]\w{5,})\((\w+ [^()]*)\)( .*)? \{$"),
    "rs": re.compile(rb"^pub (?:async )?fn (\w{6,})\((\w+: [^()]*)\)( -> .*)? \{$"),
    "java": re.compile(rb"^  public (?:static )?[\w<>]+ (\w{6,})\((\w+ [^()]*)\) \{$"),
    "rb": re.compile(rb"^    def ([a-z]\w{6,})\((\w+[^()]*)\)$"),
}  # fmt: skip
_EXTRA = {"py": b"tenant", "js": b"tenant", "ts": b"tenant: string", "go": b"tenant string",
          "rs": b"tenant: &str", "java": b"String tenant", "rb": b"tenant"}  # fmt: skip
Signature = Callable[[str, bytes, bytes, bytes], bytes | None]
"""Of language, line, name and parameters: the new head, or None where it does not fit."""


def _shape(name: str, languages: Sequence[str], change: Signature) -> list[Shape]:
    """The head of a function that other files call."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        for number, line, match in _called(random, spot):
            head = change(spot.language, line.rstrip(b"\r\n"), match[1], match[2])
            if head is None:
                continue
            lines = split_lines(spot.new)
            new = b"".join([*lines[:number], head + b"\n", *lines[number + 1 :]])
            return [spot.edited(new, mention=match[1].decode())]
        return None

    return [Shape("api-broken", f"{name}-{language}", make, (language,)) for language in languages]


def _gone(random: Random, spot: Spot) -> Sequence[Edit] | None:
    """The function with its body."""
    lines = split_lines(spot.new)
    for number, line, match in _called(random, spot):
        indent = line[: len(line) - len(line.lstrip())]
        end = end_of(spot.language, indent, lines, number)
        if end and end - number < 80:
            new = b"".join([*lines[:number], *lines[end:]])
            return [spot.edited(new, mention=match[1].decode())]
    return None


def _called(random: Random, spot: Spot) -> list[tuple[int, bytes, re.Match[bytes]]]:
    """Heads of functions that the commit did not bring and that two places elsewhere call."""
    pattern = _FUNCTION.get(spot.language)
    if pattern is None or is_test(spot.file.path) or spot.file.old is None:
        return []
    inside, found = covered(spot), []
    for number, line in enumerate(split_lines(spot.new)):
        match = pattern.match(line.rstrip(b"\r\n"))
        if (
            match
            and number not in inside
            and line in spot.old
            and _is_used(spot, match[1].decode())
        ):
            found.append((number, line, match))
        if len(found) == 4:
            break
    random.shuffle(found)
    return found


def _is_used(spot: Spot, name: str) -> bool:
    """Called in other files of the language, and defined in this one only, once."""
    uses = [use for use in spot.tree.uses(name, spot.file.path, 80) if use.path != spot.file.path]
    ending = spot.file.path.rpartition(".")[2]
    calls = [
        use
        for use in uses
        if re.search(rf"(?<!\w){name}\(", use.text) and use.path.endswith(ending)
    ]
    others = [
        use
        for use in uses
        if re.search(rf"(?:def|func|fn|function|class)\s+(?:\([^)]*\)\s*)?{name}\b", use.text)
    ]
    here = len(
        re.findall(rb"(?:def|func|fn|function)\s+(?:\([^)]*\)\s*)?%s\b" % name.encode(), spot.new)
    )
    return len(calls) >= 2 and not others and here == 1


def _renamed(language: str, line: bytes, name: bytes, parameters: bytes) -> bytes:
    other = name + (
        b"_with_options" if b"_" in name or language in ("py", "rb", "rs") else b"WithOptions"
    )
    return line.replace(name, other, 1)


def _wants_more(language: str, line: bytes, name: bytes, parameters: bytes) -> bytes | None:
    """A parameter in front that every caller has to give."""
    if parameters.startswith((b"self", b"cls", b"this", b"*")):
        return None
    return line.replace(b"(" + parameters, b"(" + _EXTRA[language] + b", " + parameters, 1)


def _takes_none(language: str, line: bytes, name: bytes, parameters: bytes) -> bytes | None:
    """All its parameters are gone; the body is not what matters here."""
    needs = parameters.split(b",")[0]
    if b"=" in needs or b"..." in needs or b"*" in needs or b"?" in needs:
        return None
    return line.replace(b"(" + parameters + b")", b"()", 1)


def _private(language: str, line: bytes, name: bytes, parameters: bytes) -> bytes | None:
    """Nobody outside can call it any more."""
    if language == "rs":
        return line.replace(b"pub ", b"", 1)
    if language == "ts" and line.startswith(b"export "):
        return line[len(b"export ") :]
    if language == "py":
        return line.replace(name, b"_" + name, 1)
    if language == "go" and name[:1].isupper():
        return line.replace(name, name[:1].lower() + name[1:], 1)
    return None


_ALL = ("py", "js", "ts", "go", "rs", "java", "rb")
SHAPES = [
    *_shape("renamed", _ALL, _renamed),
    *(Shape("api-broken", f"gone-{language}", _gone, (language,)) for language in _ALL),
    *_shape("wants-more", _ALL, _wants_more),
    *_shape("takes-none", _ALL, _takes_none),
    *_shape("private", ("py", "ts", "go", "rs"), _private),
]
