"""Finds lock files that no longer fit the manifest that they were made from."""

from collections.abc import Iterable, Iterator

from agentxd.kernel.review import ChangedFile, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.dependencies.fitting import Contradiction, contradictions
from agentxd.plugins.rules.dependencies.reading import (
    LockKind,
    added_lines,
    changed,
    contents,
    is_lock,
    is_manifest,
    joined,
    line_of,
    locks_of,
    manifests_of,
    names_of_workspace,
    read_lock,
    read_manifest,
    split,
)
from agentxd.plugins.rules.dependencies.values import Manifest
from agentxd.plugins.rules.lockfiles_examples import BAD, DOC, GOOD
from agentxd.plugins.rules.paths import is_foreign, is_test

_MOST_NAMES = 3


class Lockfiles:
    """Compares both before and after the change, and tells what only fails to fit after it."""

    info = RuleInfo(
        id="lockfile-out-of-step",
        title="lock file that does not fit its manifest",
        severity=Severity.WARNING,
        doc=DOC,
        bad=BAD,
        good=GOOD,
    )

    def look_at_all(self, ground: Ground) -> Iterable[Finding]:
        """One finding for each pair of files."""
        for manifest, lock, kind in _pairs(ground):
            yield from _compared(manifest, lock, kind, ground)


def _pairs(ground: Ground) -> Iterator[tuple[str, str, LockKind]]:
    touched = [file.path for file in ground.change.files if file.new is not None and file.is_whole]
    manifests = {path for path in touched if is_manifest(path) and _is_ours(path)}
    locks = [path for path in touched if is_lock(path) and _is_ours(path)]
    if not manifests and not locks:
        return
    paths = frozenset(ground.tree.paths())
    for lock in locks:
        manifests.update(manifests_of(lock, paths))
    for manifest in sorted(manifests):
        for lock, kind in locks_of(manifest, paths):
            yield manifest, lock, kind


def _is_ours(path: str) -> bool:
    return not is_test(path) and not is_foreign(path)


def _compared(path: str, lock: str, kind: LockKind, ground: Ground) -> Iterator[Finding]:
    before, after = (read_manifest(path, content) for content in contents(path, ground))
    if after is None:
        return
    if kind.is_hashed and changed(lock, ground) is None:
        if (
            before is not None
            and before.asked() != after.asked()
            and split(path)[0] == split(lock)[0]
        ):
            yield _finding(path, lock, kind, list(_differences(before, after)), ground)
        return
    found = _new_contradictions(path, lock, kind, (before, after), ground)
    if found:
        yield _finding(path, lock, kind, found, ground)


def _differences(before: Manifest, after: Manifest) -> Iterator[Contradiction]:
    """What changed in the manifest, for a lock file that holds a digest of it."""
    for name, _ in sorted(after.asked() - before.asked()):
        is_new = all(one.name != name for one in before.dependencies)
        yield Contradiction(name, "is new" if is_new else "is another version")
    for name in sorted({one for one, _ in before.asked()} - {one for one, _ in after.asked()}):
        yield Contradiction(name, "is gone", is_left_over=True)


def _new_contradictions(
    path: str,
    lock: str,
    kind: LockKind,
    manifests: tuple[Manifest | None, Manifest],
    ground: Ground,
) -> list[Contradiction]:
    before, after = manifests
    old, new = contents(lock, ground)
    if old is None:
        return []
    at = split(lock)[0]
    folder = split(path)[0].removeprefix(at).lstrip("/")
    new_lock = read_lock(kind, new, after.name if after.ecosystem == "crates" else folder)
    if new_lock is None:
        return []
    was: set[Contradiction] = set()
    if before is not None:
        key = before.name if before.ecosystem == "crates" else folder
        old_lock = read_lock(kind, old, key)
        was = contradictions(before, old_lock) if old_lock else was
    known = {(one.name, one.is_left_over) for one in was}
    found = contradictions(after, new_lock)
    if found and new_lock.requests is not None and after.ecosystem == "npm":
        if folder and not _is_workspace(at, ground):
            return []
        local = names_of_workspace(ground.tree.paths(), ground)
        found = {one for one in found if one.name not in local}
    return sorted(
        (one for one in found if (one.name, one.is_left_over) not in known),
        key=lambda one: (one.is_left_over, one.name),
    )


def _is_workspace(folder: str, ground: Ground) -> bool:
    root = joined(folder, "package.json")
    manifest = read_manifest(root, ground.tree.read(root))
    return manifest is not None and manifest.has_members


def _finding(
    path: str, lock: str, kind: LockKind, found: list[Contradiction], ground: Ground
) -> Finding:
    file = changed(path, ground)
    lock_name, manifest_name = split(lock)[1], split(path)[1]
    shown = ", ".join(f"`{one.name}` {one.words}" for one in found[:_MOST_NAMES])
    if len(found) > _MOST_NAMES:
        shown += f" and {len(found) - _MOST_NAMES} more"
    line, is_removal = _place(file, found)
    return Finding(
        rule=Lockfiles.info.id,
        severity=Severity.WARNING,
        path=path if line >= 0 or changed(lock, ground) is None else lock,
        line=max(line, 0),
        message=f"{lock_name} does not fit {manifest_name}: {shown or 'it was not updated'}",
        advice=f"Run `{kind.command}` and commit {lock_name}.",
        is_about_file=line < 0,
        is_about_removal=is_removal,
        anchor=f"{lock} {' '.join(sorted(one.name for one in found))}",
    )


def _place(file: ChangedFile | None, found: list[Contradiction]) -> tuple[int, bool]:
    """A line of the manifest, and whether it is one that is gone; -1 for the file as a whole."""
    if file is None or file.new is None or not file.spans:
        return -1, False
    for one in found:
        if not one.is_left_over:
            is_json = file.path.endswith(".json")
            line = line_of(one.name, file.new, added_lines(file), is_json=is_json)
            if line >= 0:
                return line, False
    gone = next((span for span in file.spans if span.old_count), None)
    is_gone = gone is not None and all(one.is_left_over for one in found)
    return (gone.new_start, True) if gone is not None and is_gone else (-1, False)
