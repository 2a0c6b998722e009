"""Values for files and trees: entries, snapshots and the changes between two trees."""

from enum import Enum
from hashlib import sha256

from msgspec import Struct

MODE_FILE = 0o100644
MODE_EXECUTABLE = 0o100755
MODE_LINK = 0o120000


def blob_id(content: bytes) -> str:
    """Name of a content: its SHA-256 in hex. A link's content is its target."""
    return sha256(content).hexdigest()


OUTPUT_FOLDER = ".agentx-output"
"""Folder of a sandbox's copy for output too long for a transcript; never a part of a difference."""


class FileEntry(Struct, frozen=True):
    """One file of a snapshot."""

    path: str
    """Relative to the workspace root, with forward slashes."""
    blob: str
    """Content id (`blob_id`)."""
    mode: int
    """MODE_FILE, MODE_EXECUTABLE or MODE_LINK."""
    size: int
    """Bytes."""


class Snapshot(Struct, frozen=True):
    """An immutable view of every file at one moment; unsaved editor text is already in it."""

    id: str
    """Tree hash: SHA-256 over the sorted entries (`workspace.snapshots.tree_hash`)."""
    root: str
    """Absolute host path of the workspace."""
    entries: dict[str, FileEntry]
    overlay: dict[str, bytes]
    """Path to unsaved bytes, where an editor's text differs from disk."""
    stats: dict[str, tuple[int, int, int, int]]
    """Path to (mtime_ns, ctime_ns, size, inode) of the disk file, to notice that it moved."""
    left_out: dict[str, str] = {}
    """Path to the reason, for files that are neither ignored nor in the snapshot."""


class ChangeKind(Enum):
    """What happened to a file between two trees."""

    CREATED = "created"
    DELETED = "deleted"
    MODIFIED = "modified"
    RENAMED = "renamed"


class FileChange(Struct, frozen=True):
    """The difference of one file between a base tree and a new one, with both contents."""

    path: str
    kind: ChangeKind
    base: bytes | None = None
    new: bytes | None = None
    base_mode: int = 0
    new_mode: int = 0
    old_path: str = ""
    """Where a renamed file was before."""
    is_base_known: bool = True
    """False when the disk file changed under the sandbox: its hunks start as conflicts."""
