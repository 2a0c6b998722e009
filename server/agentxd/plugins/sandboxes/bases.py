"""What the files of a snapshot were, also after the user has saved over them."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from agentxd.kernel.files import Snapshot, blob_id
from agentxd.plugins.sandboxes.looking import read_entry

_N_NEWEST = 500
_MAX_KEPT_BYTES = 64 << 20


class Bases:
    """Finds a content by its hash: kept, on disk, or committed. Called from threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._kept: dict[str, bytes] = {}
        self._n_bytes = 0

    def of(self, path: str) -> bytes | None:
        """The snapshot's content; None where the disk moved on and nobody kept it."""
        entry = self._snapshot.entries[path]
        if path in self._snapshot.overlay:
            return self._snapshot.overlay[path]
        if path in self._kept:
            return self._kept[path]
        on_disk = read_entry(Path(self._snapshot.root), path)
        if on_disk is not None and blob_id(on_disk[0]) == entry.blob:
            return on_disk[0]
        committed = git_says(self._snapshot.root, ["cat-file", "blob", f"HEAD:{path}"])
        if committed is not None and blob_id(committed) == entry.blob:
            return committed
        return None

    def keep(self, path: str, content: bytes) -> None:
        """Remember a content, if it is the snapshot's and there is room."""
        entry = self._snapshot.entries.get(path)
        if entry is None or path in self._kept or self._n_bytes + len(content) > _MAX_KEPT_BYTES:
            return
        if blob_id(content) == entry.blob:
            self._kept[path] = content
            self._n_bytes += len(content)

    def keep_newest(self) -> None:
        """Remember the files that were saved last: what is not committed yet is among them."""
        stats = self._snapshot.stats
        newest = sorted(stats, key=lambda path: stats[path][0], reverse=True)[:_N_NEWEST]
        for path in newest:
            if path in self._snapshot.entries:
                found = read_entry(Path(self._snapshot.root), path)
                if found is not None:
                    self.keep(path, found[0])

    def is_moved_on(self, path: str) -> bool:
        """Whether the disk has another content than the snapshot."""
        entry = self._snapshot.entries.get(path)
        if entry is None or path in self._snapshot.overlay:
            return False
        found = read_entry(Path(self._snapshot.root), path)
        return found is None or blob_id(found[0]) != entry.blob


def git_says(root: str, arguments: Sequence[str], data: bytes | None = None) -> bytes | None:
    """Output of git on the user's repository, read-only; None where it has no answer."""
    done = subprocess.run(
        ["git", "-c", "core.fsmonitor=false", "-C", root, *arguments],
        input=data,
        capture_output=True,
        check=False,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    return done.stdout if done.returncode == 0 else None
