"""The user's tree in memory: the fake that passes the same contract suite as the local disk."""

from collections.abc import Mapping

from agentxd.kernel.errors import ConflictError, StorageError
from agentxd.kernel.files import MODE_FILE, FileEntry, Snapshot, blob_id
from agentxd.plugins.disk.beneath import parts_of
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.workspace.snapshots import tree_hash


class InMemoryDisk:
    """Implements the Disk port over one dict of files, whatever the root; nothing is ignored."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.modes: dict[str, int] = {}
        self.trouble: StorageError | None = None
        """Set it to make every replacement fail."""

    async def snapshot(self, root: str, overlay: Mapping[str, bytes]) -> Snapshot:
        """Every file that is not secret, with unsaved text laid over it."""
        texts = {
            path: text
            for path, text in overlay.items()
            if not is_secret_file(path) and self.files.get(path) != text
        }
        entries = {
            path: self._entry(path, text)
            for path, text in (self.files | texts).items()
            if not is_secret_file(path)
        }
        stats = {path: (0, 0, len(text), 0) for path, text in self.files.items() if path in entries}
        return Snapshot(tree_hash(entries), root, entries, texts, stats)

    async def read(self, root: str, path: str) -> tuple[bytes, FileEntry] | None:  # noqa: ARG002
        """Content and entry of one file, None where there is none."""
        parts_of(path)
        content = self.files.get(path)
        return None if content is None else (content, self._entry(path, content))

    async def replace(
        self,
        root: str,  # noqa: ARG002
        path: str,
        before: bytes | None,
        after: bytes | None,
        mode: int,
    ) -> None:
        """Compare and swap one file. Raises ConflictError, StorageError, InvalidRequestError."""
        parts_of(path)
        if self.trouble is not None:
            raise self.trouble
        if self.files.get(path) != before:
            raise ConflictError(f"{path} is not what it was any more", "Look at the file.")
        if after is None:
            self.files.pop(path, None)
            self.modes.pop(path, None)
            return
        self.files[path] = after
        if mode or before is None:
            self.modes[path] = mode or MODE_FILE

    def _entry(self, path: str, content: bytes) -> FileEntry:
        mode = self.modes.get(path, MODE_FILE)
        return FileEntry(path, blob_id(content), mode, len(content))
