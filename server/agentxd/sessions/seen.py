"""What the user sees of a file now: the editor's text where it is open, else the disk."""

from msgspec import Struct

from agentxd.kernel.errors import ConflictError
from agentxd.kernel.files import MODE_FILE
from agentxd.kernel.ports import Clock, Disk, Editor
from agentxd.workspace.documents import Document, Documents
from agentxd.workspace.lines import decode, encode

_BOM = b"\xef\xbb\xbf"
_TEXT_FOLLOWS_S = 5.0
"""Emacs tells of an edit when nobody has typed for half a second."""
_REFUSAL_S = 0.3
"""So long the text is watched after an editor refused; some refuse and apply all the same."""
_POLL_S = 0.005


class Seen(Struct, frozen=True):
    """One file as the user sees it at this moment."""

    content: bytes | None
    """None where there is no such file."""
    mode: int
    document: Document | None = None
    """The open document that the content is from; None for the disk."""
    has_hidden_bom: bool = False
    """True where the disk has a byte-order mark that the editor does not show."""
    encoding: str = "utf-8"


class Sight:
    """Looks at files for the review, and changes them by the right way."""

    def __init__(self, root: str, disk: Disk, documents: Documents, clock: Clock) -> None:
        self._root = root
        self._disk = disk
        self._documents = documents
        self._clock = clock
        self._editors: dict[str, Editor] = {}

    def attach(self, editor: Editor) -> None:
        """An editor that can apply edits is there."""
        self._editors[editor.id] = editor

    def detach(self, connection: str) -> None:
        """It left."""
        self._editors.pop(connection, None)

    def attached(self, connection: str) -> str:
        """The connection where its editor is still there, else nothing."""
        return connection if connection in self._editors else ""

    async def look(self, path: str, connection: str = "") -> Seen:
        """The file as `connection` sees it, or as whoever typed in it last does."""
        found = await self._disk.read(self._root, path)
        content, mode = (found[0], found[1].mode) if found else (None, MODE_FILE)
        return _seen(content, mode, self._open_document(path, connection))

    async def content(self, path: str) -> bytes | None:
        """The bytes of a file as the user sees it, None where there is none."""
        return (await self.look(path)).content

    async def overlay(self) -> dict[str, bytes]:
        """Unsaved text by path, in the encoding that the file has on disk."""
        overlay: dict[str, bytes] = {}
        for path, document in self._documents.unsaved().items():
            found = await self._disk.read(self._root, path)
            overlay[path] = _seen(found[0] if found else None, MODE_FILE, document).content or b""
        return overlay

    async def opened(self, connection: str, path: str, version: int, text: str) -> None:
        """An editor opened a file: what it shows may already be other than what is on disk."""
        self._documents.opened(connection, path, version, text)
        found = await self._disk.read(self._root, path)
        document = self._now(path, connection)
        if found is None or document is None:
            return
        if _seen(found[0], MODE_FILE, document).content == found[0]:
            self._documents.same_as_disk(connection, path, version)

    async def change(
        self, path: str, seen: Seen, after: bytes | None, mode: int, move_to: str = ""
    ) -> bool:
        """Turn what was seen into `after`; True where the text that follows shows it.

        `move_to` names the new place of a renamed file. False means that the text moved on or
        the editor refused: look again. Raises StorageError.
        """
        if move_to:
            return await self._move(path, seen, after, mode, move_to)
        if seen.document is not None and after is not None and seen.content is not None:
            is_there = after == seen.content or await self._change_document(path, seen, after)
            return is_there and (mode == seen.mode or await self._change_mode(path, mode))
        try:
            await self._disk.replace(self._root, path, seen.content, after, mode)
        except ConflictError:
            return False
        return True

    async def _change_mode(self, path: str, mode: int) -> bool:
        """Modes are the disk's, also of a file that is open; one that was never saved has none."""
        found = await self._disk.read(self._root, path)
        if found is None:
            return False
        try:
            await self._disk.replace(self._root, path, found[0], found[0], mode)
        except ConflictError:
            return False
        return True

    async def _move(
        self, path: str, seen: Seen, after: bytes | None, mode: int, move_to: str
    ) -> bool:
        """The new place first: a crash in between leaves both, never none.

        Raises ConflictError where an editor holds text of it that is not on disk.
        """
        found = await self._disk.read(self._root, path)
        if seen.document is not None and (found is None or found[0] != seen.content):
            raise ConflictError(
                f"{path} is to get another name, and an editor holds unsaved text of it",
                "Save it there and try again.",
            )
        try:
            await self._disk.replace(self._root, move_to, None, after, mode)
        except ConflictError:
            return False
        try:
            await self._disk.replace(self._root, path, seen.content, None, mode)
        except ConflictError:
            await self._disk.replace(self._root, move_to, after, None, mode)
            return False
        return True

    def _open_document(self, path: str, connection: str) -> Document | None:
        documents = [
            document
            for document in self._documents.of(path)
            if document.connection in self._editors
        ]
        own = [document for document in documents if document.connection == connection]
        return max(own or documents, key=lambda document: document.order, default=None)

    async def _change_document(self, path: str, seen: Seen, after: bytes) -> bool:
        document = seen.document
        assert document is not None  # noqa: S101  # the caller asked for this very case
        editor = self._editors.get(document.connection)
        if editor is None:
            return False  # it left meanwhile: look at the disk then
        wanted = _text(after, seen)
        if wanted is None:
            raise ConflictError(
                f"{path} has another encoding in the editor than on disk, so their texts differ",
                "Save it there in its encoding, or close it, and try again.",
            )
        label = "AgentX"
        is_applied = await editor.apply(path, document.version, document.text, wanted, label)
        is_there = await self._text_follows(path, document, wanted, is_applied=is_applied)
        if not is_there and document.connection not in self._editors:
            raise ConflictError(
                f"the editor left before it took the edit of {path}", "Decide again."
            )
        return is_there

    async def _text_follows(
        self, path: str, before: Document, wanted: str, *, is_applied: bool
    ) -> bool:
        """The text tells, not the answer: it may arrive later, or be typed over already.

        Raises ConflictError where the editor says "applied" and nothing follows, and where it
        refuses although nobody typed: a person may have looked at the edit and said no.
        """
        waited, now = 0.0, before
        while waited < (_TEXT_FOLLOWS_S if is_applied else _REFUSAL_S):
            found = self._now(path, before.connection)
            if found is None:
                return False
            now = found
            if now.had(wanted, since=before.version):
                return True
            await self._clock.sleep(_POLL_S)
            waited += _POLL_S
        if is_applied:
            raise ConflictError(
                f"the editor says it applied the edit of {path}, but its text does not show it",
                "Save or close the file there and try again.",
            )
        if now.version == before.version:
            raise ConflictError(
                f"the editor refused the edit of {path}", "Accept it there, or close the file."
            )
        return False

    def _now(self, path: str, connection: str) -> Document | None:
        for document in self._documents.of(path):
            if document.connection == connection:
                return document
        return None


def _seen(content: bytes | None, mode: int, document: Document | None) -> Seen:
    """What a document shows, over what is on disk."""
    if document is None:
        return Seen(content, mode)
    encoding = decode(content)[1] if content else "utf-8"
    if encoding == "binary":
        encoding = "utf-8"
    raw, encoding = _encoded(document.text, encoding)
    is_hidden = bool(content and content.startswith(_BOM) and not raw.startswith(_BOM))
    return Seen(_BOM + raw if is_hidden else raw, mode, document, is_hidden, encoding)


def _encoded(text: str, encoding: str) -> tuple[bytes, str]:
    """The text and the encoding that could really say it."""
    try:
        return encode(text, encoding), encoding
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass"), "utf-8"


def _text(content: bytes, seen: Seen) -> str | None:
    """The content as the editor shows it; None where its text does not say so."""
    if seen.has_hidden_bom and content.startswith(_BOM):
        content = content[len(_BOM) :]
    try:
        return content.decode(
            seen.encoding, "surrogatepass" if seen.encoding == "utf-8" else "strict"
        )
    except UnicodeDecodeError:
        return None
