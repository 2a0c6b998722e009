"""Finds which of the files that are gone came back under another name."""

from collections import Counter
from collections.abc import Mapping, Sequence

from agentxd.plugins.changes.disk_files import DiskFile
from agentxd.plugins.changes.git_diffing import Entry
from agentxd.workspace.lines import split_lines

_MOST_PAIRS = 2_500
"""Comparisons of one change; with more, only files that stayed the same are paired."""
_ALIKE = 0.5
"""Share of the bytes, as git's own default."""


def paired(
    entries: Sequence[Entry], old: Mapping[str, bytes], disk: Mapping[str, DiskFile]
) -> list[Entry]:
    """The entries, with a deletion and an addition made one where they are the same file."""
    gone = {e.path: old[e.old_id] for e in entries if not e.new_mode and old.get(e.old_id)}
    come = {e.path: disk[e.path].content or b"" for e in entries if not e.old_mode and e.new_mode}
    origins = _same(gone, come)
    left = {name: text for name, text in gone.items() if name not in origins.values()}
    fresh = {name: text for name, text in come.items() if text and name not in origins}
    if len(left) * len(fresh) <= _MOST_PAIRS:
        origins |= _alike(left, fresh)
    return _joined(entries, origins)


def _same(gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> dict[str, str]:
    waiting: dict[bytes, list[str]] = {}
    for name, text in gone.items():
        waiting.setdefault(text, []).append(name)
    found = {}
    for name, text in come.items():
        if waiting.get(text):
            found[name] = waiting[text].pop(0)
    return found


def _alike(gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> dict[str, str]:
    """The most similar pairs first, each file once."""
    lines = {name: Counter(split_lines(text)) for name, text in (*gone.items(), *come.items())}
    scored = sorted(
        (-_likeness(lines[before], lines[after], gone[before], come[after]), after, before)
        for before in gone
        for after in come
        if _ALIKE <= len(gone[before]) / len(come[after]) <= 1 / _ALIKE
    )
    found: dict[str, str] = {}
    for score, after, before in scored:
        if -score >= _ALIKE and after not in found and before not in found.values():
            found[after] = before
    return found


def _likeness(a: "Counter[bytes]", b: "Counter[bytes]", old: bytes, new: bytes) -> float:
    shared = sum(len(line) * n_lines for line, n_lines in (a & b).items())
    return shared / max(len(old), len(new))


def _joined(entries: Sequence[Entry], origins: Mapping[str, str]) -> list[Entry]:
    by_path = {entry.path: entry for entry in entries}
    moved = set(origins.values())
    joined = []
    for entry in entries:
        if entry.path in origins:
            old = by_path[origins[entry.path]]
            before = {"old_path": old.path, "old_mode": old.old_mode, "old_id": old.old_id}
            joined.append(entry._replace(**before, status="R"))  # type: ignore[arg-type]
        elif entry.path not in moved:
            joined.append(entry)
    return joined
