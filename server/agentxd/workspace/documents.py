"""Open documents of every connection: two editors may hold different text for one file."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

_N_RECENT = 63


class Document(Struct, frozen=True):
    """One file as one editor has it."""

    connection: str
    path: str
    """Relative to the workspace root."""
    version: int
    text: str
    order: int
    """Rises with every change of any document: the largest was typed in last."""
    is_dirty: bool = True
    """False only while it is known to be what is on disk."""
    recent: tuple[tuple[int, int], ...] = ()
    """Version and hash of its newest texts, to know one that was there for a moment."""

    def had(self, text: str, since: int) -> bool:
        """Whether this was the text at a version after `since`, or is now."""
        return any(found == hash(text) for version, found in self.recent if version > since)


class Documents:
    """All open documents, by path and connection."""

    def __init__(self) -> None:
        self._by_path: dict[str, dict[str, Document]] = {}
        self._order = 0

    def opened(self, connection: str, path: str, version: int, text: str) -> None:
        """An editor opened a file; it may show text that was never saved."""
        self._put(Document(connection, path, version, text, self._next()))

    def changed(self, connection: str, path: str, version: int, text: str) -> None:
        """Its text changed; it may have been changed without being opened."""
        before = self._by_path.get(path, {}).get(connection)
        older = before.recent[-_N_RECENT:] if before else ()
        recent = (*older, (version, hash(text)))
        order = self._next()
        self._put(Document(connection, path, version, text, order, recent=recent))

    def saved(self, connection: str, path: str) -> None:
        """Its text is on disk now."""
        found = self._by_path.get(path, {}).get(connection)
        if found is not None:
            self._put(replace(found, is_dirty=False))

    def same_as_disk(self, connection: str, path: str, version: int) -> None:
        """Its text was compared with the disk and is the same, if it is still at this version."""
        found = self._by_path.get(path, {}).get(connection)
        if found is not None and found.version == version:
            self._put(replace(found, is_dirty=False))

    def closed(self, connection: str, path: str) -> None:
        """Its editor closed it; unsaved text is the editor's to keep or drop."""
        documents = self._by_path.get(path, {})
        documents.pop(connection, None)
        if not documents:
            self._by_path.pop(path, None)

    def dropped(self, connection: str) -> None:
        """A connection is gone with all its documents."""
        for path in list(self._by_path):
            self.closed(connection, path)

    def of(self, path: str) -> list[Document]:
        """Every editor's text of one file, the one typed in last at the end."""
        return sorted(self._by_path.get(path, {}).values(), key=lambda found: found.order)

    def paths(self) -> list[str]:
        """Files that are open somewhere."""
        return list(self._by_path)

    def unsaved(self) -> Mapping[str, Document]:
        """Documents that may differ from the disk, by path; of several the one typed in last."""
        return {
            path: document
            for path in self._by_path
            for document in self.of(path)
            if document.is_dirty
        }

    def _put(self, document: Document) -> None:
        self._by_path.setdefault(document.path, {})[document.connection] = document

    def _next(self) -> int:
        self._order += 1
        return self._order
