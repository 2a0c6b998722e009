"""The work tree against a commit, without any of the programs that git would run for that."""

from collections.abc import Mapping, Sequence
from stat import S_ISLNK

from agentxd.plugins.changes.assembling import old_contents
from agentxd.plugins.changes.disk_files import DiskFile, read_file
from agentxd.plugins.changes.git_diffing import Entry, to_work_tree
from agentxd.plugins.changes.git_objects import MAX_BYTES, MAX_TOTAL_BYTES
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.renames import paired

_POINTER = b"version https://git-lfs.github.com/spec/"


def differences(
    git: Git, base: str, *, has_untracked: bool
) -> tuple[list[Entry], dict[str, DiskFile]]:
    """What differs from a tree, and what lies on disk of it.

    Filters (`git lfs` is one) are programs, so nothing is asked of git but which files it believes
    to differ: those are read and compared here. A file that has other line ends on disk only
    because git turns them around is no change.
    """
    listed = {entry.path: entry for entry in to_work_tree(git, base)}
    names = [name for name in listed if listed[name].new_mode or listed[name].status == "U"]
    null = "0" * len(git.empty_tree)
    if has_untracked:
        for name in _untracked(git):
            listed.setdefault(name, Entry(name, "", 0, 0, null, null, "A"))
            names.append(name)
    disk = _read(git.root, names)
    found = [_seen(entry, disk.get(name), null) for name, entry in listed.items()]
    old = old_contents(git, found)
    changed = [entry for entry in found if _is_change(entry, old, disk)]
    return paired(changed, old, disk), disk


def is_touched(git: Git, head: str) -> bool:
    """Whether git believes that a tracked file differs from what is checked out."""
    return bool(to_work_tree(git, head))


def _untracked(git: Git) -> list[str]:
    """Files that git neither knows nor ignores; a repository inside is none."""
    words = ["ls-files", "-z", "--others", "--exclude-standard"]
    names = git.run(words).decode("utf-8", "surrogateescape").split("\0")[:-1]
    return [name for name in names if not name.endswith("/")]


def _read(root: str, names: Sequence[str]) -> dict[str, DiskFile]:
    """Those that are there; from the one on with which it is too much, only their sizes."""
    found, total = {}, 0
    for name in names:
        file = read_file(root, name, MAX_BYTES if total <= MAX_TOTAL_BYTES else -1)
        if file:
            found[name] = file
            total += len(file.content or b"")
    return found


def _seen(entry: Entry, file: DiskFile | None, null: str) -> Entry:
    """As it lies there; git tells the modes of those that it knows, where a disk has none."""
    mode = (entry.new_mode or file.mode) if file else 0
    if file and S_ISLNK(file.mode) != S_ISLNK(mode):
        mode = file.mode
    return entry._replace(new_mode=mode, new_id=null)


def _is_change(entry: Entry, old: Mapping[str, bytes], disk: Mapping[str, DiskFile]) -> bool:
    if entry.old_mode != entry.new_mode:
        return True
    before, file = old.get(entry.old_id), disk.get(entry.path)
    after = file.content if file else None
    if before is None or file is None or after is None:
        return bool(entry.old_mode) and not _stands_for(before, file)
    if _stands_for(before, file):
        return False
    return before not in (after, after.replace(b"\r\n", b"\n"))


def _stands_for(pointer: bytes | None, file: DiskFile | None) -> bool:
    """Whether git keeps a few lines in place of what is on disk, as `git lfs` makes them."""
    if file is None or not pointer or not pointer.startswith(_POINTER):
        return False
    import hashlib  # noqa: PLC0415  # loads much, and few changes need it

    if file.content is None:
        return b"\nsize %d\n" % file.size in pointer
    return f"\noid sha256:{hashlib.sha256(file.content).hexdigest()}\n".encode() in pointer
