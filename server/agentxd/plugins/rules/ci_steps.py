"""Reads from a workflow's YAML what its rules ask: triggers, and steps with their scripts."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy

_LINE = Lazy(r"(?P<indent> *)(?P<dashes>(?:- +|-$)*)(?P<rest>.*)")
_KEY = Lazy(
    r"(?P<quote>[\"']?)(?P<key>\w[\w./${}-]*(?: [\w./${}-]+)*)(?P=quote)\s*:(?:\s+(?P<value>.*))?$"
)
_BLOCK = Lazy(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_COMMENT = Lazy(r"\s+#.*$")
_DEEPEST = 40
"""Levels; nobody nests a workflow so."""
_LONGEST = 2_000
"""Characters of a line that is read."""


class Entry(Struct, frozen=True):
    """A key with its value, or an item of a list."""

    path: tuple[str, ...]
    """Keys from the top; items of lists as `#3`."""
    line: int
    value: str
    """In one line; empty where more keys follow, or lines."""
    lines: tuple[tuple[int, str], ...] = ()
    """Of a block of text: line number and text."""

    def texts(self) -> Iterator[tuple[int, str]]:
        """Lines of the value, wherever they stand."""
        if self.value:
            yield self.line, self.value
        yield from self.lines


class Step(Struct, frozen=True):
    """One step of a job."""

    job: str
    entries: tuple[Entry, ...]

    def get(self, *keys: str) -> Entry | None:
        """The entry at this place below the step."""
        return next((one for one in self.entries if one.path[-len(keys) :] == keys), None)

    def below(self, key: str) -> list[Entry]:
        """Entries of a table of the step: `env`, `with`."""
        return [one for one in self.entries if len(one.path) > 1 and one.path[-2] == key]

    @property
    def uses(self) -> Entry | None:
        """The action that it runs."""
        return self.get("uses")

    def scripts(self) -> Iterator[Entry]:
        """What a shell or an interpreter gets."""
        for keys in ("run",), ("with", "script"), ("with", "inlineScript"):
            found = self.get(*keys)
            if found is not None:
                yield found


def entries(lines: Sequence[str]) -> list[Entry]:
    """Every key and item; flow collections and anchors stay the text that they are."""
    found: list[Entry] = []
    stack: list[tuple[int, str]] = []
    counts: dict[tuple[str, ...], int] = {}
    block = -1
    gathered: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if block >= 0:
            if not line.strip() or indent > block:
                gathered.append((number, line))
                continue
            found[-1] = Entry(found[-1].path, found[-1].line, "", tuple(gathered))
            block, gathered = -1, []
        entry, column = _entry(line, number, stack, counts)
        if entry is not None:
            found.append(entry)
            block = column if _BLOCK.match(entry.value) else -1
    if block >= 0 and found:
        found[-1] = Entry(found[-1].path, found[-1].line, "", tuple(gathered))
    return found


def _entry(
    line: str, number: int, stack: list[tuple[int, str]], counts: dict[tuple[str, ...], int]
) -> tuple[Entry | None, int]:
    """The entry of a line, and the column of its key; the stack is led to it."""
    match = _LINE.match(line[:_LONGEST])
    if match is None or not line.strip() or line.lstrip().startswith("#"):
        return None, 0
    column = len(match["indent"])
    if match["dashes"].count("-") > _DEEPEST:
        return None, 0
    for dash in re.finditer("-", match["dashes"]):
        at = column + dash.start()
        _pop(stack, at, is_item=True)
        parent = tuple(key for _, key in stack)
        counts[parent] = counts.get(parent, -1) + 1
        stack.append((at, f"#{counts[parent]}"))
    column += len(match["dashes"])
    key = _KEY.match(match["rest"])
    if key is None and not match["dashes"]:
        return None, 0
    if key is not None and len(stack) < _DEEPEST:
        _pop(stack, column, is_item=False)
        stack.append((column, key["key"]))
    elif stack:
        column = stack[-1][0]
    value = (key["value"] or "") if key is not None else match["rest"]
    return Entry(tuple(name for _, name in stack), number, _COMMENT.sub("", value)), column


def _pop(stack: list[tuple[int, str]], column: int, *, is_item: bool) -> None:
    """An item may stand below its key without being indented."""
    while stack and stack[-1][0] >= column:
        if is_item and stack[-1][0] == column and not stack[-1][1].startswith("#"):
            return
        stack.pop()


def steps(found: Sequence[Entry]) -> list[Step]:
    """Steps of all jobs of a workflow, or of a composite action, in order."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in found:
        at = entry.path.index("steps") if "steps" in entry.path else -1
        if at >= 1 and len(entry.path) > at + 1 and entry.path[at + 1].startswith("#"):
            groups.setdefault(entry.path[: at + 2], []).append(entry)
    return [Step(path[-3], tuple(group)) for path, group in groups.items()]


def triggers(found: Sequence[Entry]) -> str:
    """All words below `on`."""
    return " ".join(
        f"{' '.join(one.path[1:])} {one.value}" for one in found if one.path[0] in ("on", "true")
    )
