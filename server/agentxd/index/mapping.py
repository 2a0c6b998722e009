"""A repository map: the definitions that matter most, by file, as text under a token budget."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from agentxd.kernel.index import SymbolKind

_BYTES_PER_TOKEN = 3.6
"""Of code, as the tokenizers of models cut it; the same guess as for requests."""
_LONGEST = 110
"""Characters of a definition's line, its indentation left out."""
_LEAST_LINE = 8
"""Bytes of the shortest line that a definition takes."""
_INDENT = "  "
_CROWD = 0.06
"""How much less each further definition of a file counts, so that files take turns."""


class Entry(Struct, frozen=True):
    """A definition that may be shown."""

    path: str
    name: str
    kind: SymbolKind
    line: int
    """From 0."""
    end_line: int
    container: str
    signature: str
    score: float


class MapText(Struct, frozen=True):
    """A map and what it costs."""

    text: str
    n_tokens: int
    n_files: int


def estimated_tokens(text: str) -> int:
    """A guess, rounded up."""
    return -int(-len(text.encode()) // _BYTES_PER_TOKEN)


def map_text(entries: Sequence[Entry], files: Sequence[str], max_tokens: int) -> MapText:
    """The largest map of the best entries that fits.

    `entries`: all definitions of the files that may be shown with any, so that what is left out
    can be marked. `files`: all paths that a map could show, best first; those for which no
    definition is left stand alone, where there is room.
    """
    draft = _Draft(entries, files)
    most = min(draft.n_entries, int(max(0, max_tokens) * _BYTES_PER_TOKEN / _LEAST_LINE))
    n_entries = _most(most, lambda n: draft.text(n, 0).n_tokens <= max_tokens)
    n_bare = 0
    if n_entries == draft.n_entries:
        most = len(files)
        n_bare = _most(most, lambda n: draft.text(n_entries, n).n_tokens <= max_tokens)
    found = draft.text(n_entries, n_bare)
    return found if found.n_tokens <= max_tokens else MapText("", 0, 0)


def _most(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number that fits, 0 where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _taking_turns(entries: Iterable[Entry]) -> list[Entry]:
    """Best first, where each further definition of one file counts a little less."""
    found: list[tuple[float, str, int, str, Entry]] = []
    n_before: dict[str, int] = defaultdict(int)
    told: set[tuple[str, str, str]] = set()
    for entry in sorted(entries, key=_merit):
        full = (entry.path, entry.container, entry.name)
        if full in told or entry.score <= 0:
            continue  # another form of the same: an overload, a property's setter
        told.add(full)
        lowered = entry.score / (1 + _CROWD * n_before[entry.path])
        n_before[entry.path] += 1
        found.append((-lowered, entry.path, entry.line, entry.name, entry))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])]


def _merit(entry: Entry) -> tuple[object, ...]:
    return -entry.score, entry.path, entry.line - entry.end_line, entry.line, entry.name


class _Draft:
    """Lays out as many of the entries as it is told to."""

    def __init__(self, entries: Sequence[Entry], files: Sequence[str]) -> None:
        self._ordered = _taking_turns(entries)
        self._files = files
        self._all: dict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(entries, key=_order):
            self._all[entry.path].append(entry)
        self._around = {path: _surroundings(all_) for path, all_ in self._all.items()}
        self.n_entries = len(self._ordered)

    def text(self, n_entries: int, n_bare: int) -> MapText:
        """With so many definitions, and so many files without any."""
        by_path: dict[str, set[Entry]] = {}
        for entry in self._ordered[:n_entries]:
            by_path.setdefault(entry.path, set()).add(entry)
        blocks = [_block(path, self._around[path], shown) for path, shown in by_path.items()]
        bare = [path for path in self._files if path not in by_path]
        if bare[:n_bare]:
            blocks.append("\n".join(bare[:n_bare]))
        n_left = len(bare) - min(n_bare, len(bare))
        if blocks and n_left:
            blocks.append(f"({n_left} more {'file' if n_left == 1 else 'files'} not shown)")
        text = "\n\n".join(blocks) + "\n" if blocks else ""
        return MapText(text, estimated_tokens(text), len(by_path) + len(bare) - n_left)


def _block(path: str, around: Mapping[Entry, tuple[Entry, ...]], shown: set[Entry]) -> str:
    """A file: its definitions from top to bottom, indented by what they are in."""
    visible = _visible(around, shown)
    lines = [f"{path}  ({len(visible)} of {len(around)} shown)"]
    lines += (
        f"{_INDENT * (len(visible[entry]) + 1)}{entry.line + 1}: {_line(entry, visible[entry])}"
        for entry in sorted(visible, key=_order)
    )
    return "\n".join([path, *lines[1:]] if len(visible) == len(around) else lines)


def _order(entry: Entry) -> tuple[object, ...]:
    return entry.line, -entry.end_line, entry.name


def _surroundings(all_: Sequence[Entry]) -> dict[Entry, tuple[Entry, ...]]:
    """Each definition of a file and those whose lines are around it, outermost first."""
    found: dict[Entry, tuple[Entry, ...]] = {}
    open_: list[Entry] = []
    for entry in all_:
        while open_ and entry.line >= open_[-1].end_line:
            open_.pop()
        found[entry] = tuple(open_)
        open_.append(entry)
    return found


def _visible(
    around: Mapping[Entry, tuple[Entry, ...]], shown: set[Entry]
) -> dict[Entry, tuple[Entry, ...]]:
    """Those to be shown and what they are in, each with what is around it, outermost first."""
    visible: dict[Entry, tuple[Entry, ...]] = {}
    for entry in shown:
        holding = [one for one in around[entry] if one in shown or _holds(one, entry)]
        for depth, one in enumerate(holding):
            visible.setdefault(one, tuple(holding[:depth]))
        visible[entry] = tuple(holding)
    return visible


def _tight(signature: str) -> str:
    """On one line, as if it had been written on one."""
    text = " ".join(signature.split())
    for wide, tight in ((", )", ")"), ("( ", "("), (" )", ")"), ("[ ", "["), (", ]", "]")):
        text = text.replace(wide, tight)
    return text


def _holds(outer: Entry, inner: Entry) -> bool:
    return outer.name in inner.container.split(".")


def _line(entry: Entry, around: Sequence[Entry]) -> str:
    """How it is declared; with its container where that is not shown above it."""
    text = _tight(entry.signature).rstrip("{:;=(<[ ") or f"{entry.kind} {entry.name}"
    inside = entry.container.rpartition(".")[2]
    if inside and not around and inside not in text:
        text = f"{text}  (in {entry.container})"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
