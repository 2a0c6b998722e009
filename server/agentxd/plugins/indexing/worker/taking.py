"""Turns files into contents of the index: read, hashed, taken apart, with texts and vectors."""

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from agentxd.index.packing import grouped
from agentxd.index.texts import document_text, readable_lines, texts_of_lines
from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index import Content, FileRow, Parsed
from agentxd.kernel.index_ports import Embedder, Parser
from agentxd.plugins.indexing.worker.parts import MakeParser, OpenedParent
from agentxd.plugins.indexing.worker.reading import Found, Refused, read_file

_HEAD_BYTES = 256
FAILS = "its parser fails"


class Taken(Struct, frozen=True):
    """What became of some files."""

    rows: tuple[FileRow, ...] = ()
    contents: tuple[Content, ...] = ()
    """Of those rows whose content was not known already."""
    refused: tuple[Refused, ...] = ()


class Taker:
    """Does it in this thread; the parser is made when there is something to parse."""

    def __init__(
        self,
        root: str,
        max_bytes: int,
        opened_parent: OpenedParent,
        parser: MakeParser,
        embedder: Embedder | None,
    ) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._opened_parent = opened_parent
        self._make_parser = parser
        self._embedder = embedder if embedder is not None and embedder.is_cheap else None
        self._splitter = WordSplitter()

    def warm(self) -> None:
        """What comes next need not wait for the parser."""
        self._parser.language("", b"")

    @cached_property
    def _parser(self) -> Parser:
        return self._make_parser()

    def read(self, path: str) -> Found | Refused:
        """One file."""
        return read_file(self._root, path, self._max_bytes, self._opened_parent)

    def take(self, paths: Sequence[str], *, is_hash_only: bool = False) -> Taken:
        """Files from disk; one that cannot be taken apart is refused, and the rest goes on."""
        rows, contents, refused = [], [], []
        for path in paths:
            found = self.read(path)
            if isinstance(found, Refused):
                refused.append(found)
                continue
            try:
                content = None if is_hash_only else self.content(path, found.content, found.hash)
            except Exception as error:  # noqa: BLE001  # plugin call: the other files go on
                refused.append(Refused(path, f"{FAILS}: {type(error).__name__}"))
                continue
            rows.append(FileRow(path, found.hash, found.status))
            if content is not None:
                contents.append(content)
        return Taken(tuple(rows), tuple(contents), tuple(refused))

    def content(self, path: str, content: bytes, hash_: bytes) -> Content:
        """One content."""
        parsed = self.parsed(path, content)
        lines = readable_lines(content, is_clean=parsed.is_clean)
        texts = texts_of_lines(lines, parsed, self._splitter)
        name, vectors = self._vectors(lines, parsed)
        uses = grouped(parsed.references)  # a fraction to send, and work less for the one writer
        parsed = replace(parsed, references=())
        return Content(hash_, len(content), parsed, texts, name, vectors, uses)

    def parsed(self, path: str, content: bytes) -> Parsed:
        """What a content defines and uses."""
        language = self._parser.language(path, content[:_HEAD_BYTES])
        return self._parser.parse(language, content)

    def _vectors(self, lines: Sequence[str], parsed: Parsed) -> tuple[str, bytes]:
        if self._embedder is None:
            return "", b""
        texts = [document_text(lines, parsed, chunk) for chunk in parsed.chunks]
        try:
            return self._embedder.name, self._embedder.documents(texts)
        except EmbedderError:
            return "", b""  # the background tries again, and tells


def document_texts(content: bytes, parsed: Parsed) -> list[str]:
    """What an embedder gets, one text for each chunk."""
    lines = readable_lines(content, is_clean=parsed.is_clean)
    return [document_text(lines, parsed, chunk) for chunk in parsed.chunks]
