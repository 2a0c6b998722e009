"""Trees by their hash."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from agentxd.kernel.files import FileChange, FileEntry, Snapshot, blob_id


def tree_hash(entries: Mapping[str, FileEntry]) -> str:
    """SHA-256 over path, mode and content id of every file, sorted by path."""
    digest = sha256()
    for path in sorted(entries):
        entry = entries[path]
        digest.update(f"{path}\0{entry.mode:o}\0{entry.blob}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def changed_tree(snapshot: Snapshot, changes: Iterable[FileChange]) -> str:
    """Tree hash of the snapshot after the changes."""
    entries = dict(snapshot.entries)
    changes = tuple(changes)
    for change in changes:  # all that goes, before anything comes: two files may swap names
        entries.pop(change.old_path or change.path, None)
    for change in changes:
        if change.new is not None:
            entries[change.path] = FileEntry(
                change.path, blob_id(change.new), change.new_mode, len(change.new)
            )
    return tree_hash(entries)
