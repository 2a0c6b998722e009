"""Ways to find code, each a ranking of places for a question; the last one is the product."""

import hashlib
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from agentxd.index.fusing import fuse
from agentxd.index.querying import quoted, understood
from agentxd.index.texts import document_text, readable_lines, texts_of_lines
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import ChunkText, Content, FileRow, SearchQuery
from agentxd.plugins.embedders.static import StaticEmbedder
from agentxd.plugins.languages.parser import TreeSitterParser
from agentxd.plugins.stores.code_index.database import open_index
from agentxd.plugins.stores.code_index.schema import WEIGHTS
from agentxd.plugins.stores.code_index.searching import Searcher

DEPTH = 200
"""Chunks of each list."""


class Place(NamedTuple):
    """What is found: lines of a file, or all of it."""

    path: str
    start: int = 0
    end: int = 1 << 30


Ranking = Callable[[str], Sequence[Place]]


class Corpus:
    """The files of a repository, cut and embedded as the product does it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.splitter = WordSplitter()
        self.embedder = StaticEmbedder()
        self.places: list[Place] = []
        self.texts: list[ChunkText] = []
        self.vectors = b""
        self.contents: dict[str, Content] = {}
        parser = TreeSitterParser()
        for path, content in files.items():
            self._add(path, content, parser)
        self.vectors = b"".join(one.vectors for one in self.contents.values())

    def _add(self, path: str, content: bytes, parser: TreeSitterParser) -> None:
        parsed = parser.parse(parser.language(path), content)
        lines = readable_lines(content)
        texts = texts_of_lines(lines, parsed, self.splitter)
        documents = [document_text(lines, parsed, chunk) for chunk in parsed.chunks]
        self.places += [Place(path, chunk.start_line, chunk.end_line) for chunk in parsed.chunks]
        self.texts += texts
        digest = hashlib.sha256(path.encode() + b"\0" + content).digest()
        vectors = self.embedder.documents(documents)
        self.contents[path] = Content(
            digest, len(content), parsed, texts, self.embedder.name, vectors
        )


def methods(corpus: Corpus, folder: Path) -> dict[str, Ranking]:
    """Every way, by its name in the table."""
    words, vectors = _chunks_by_words(corpus), _chunks_by_vector(corpus)

    def fused(weight: float) -> Ranking:
        def ranking(text: str) -> Sequence[Place]:
            lists = {"words": words(text), "vector": vectors(text)}
            found = fuse(lists, {"words": 1.0, "vector": weight})
            return [corpus.places[one.item] for one in found]

        return ranking

    return {
        "grep": grep(corpus),
        "BM25 over files": files_by_words(corpus),
        "FTS5 over chunks": lambda text: [corpus.places[n] for n in words(text)],
        "static alone": lambda text: [corpus.places[n] for n in vectors(text)],
        "FTS5 + static 1:1": fused(1.0),
        "FTS5 + static 1:2": fused(2.0),
        "agentxd search": searcher(corpus, folder),
    }


def grep(corpus: Corpus) -> Ranking:
    """Files by how many words of the question they hold in any form, then by how often."""
    counts = {path: Counter(corpus.splitter.words(_text(c))) for path, c in corpus.files.items()}
    in_files: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for path, tokens in counts.items():
        for token, n in tokens.items():
            in_files[token].append((path, n))
    known: dict[str, list[str]] = {}

    def ranking(text: str) -> Sequence[Place]:
        scores: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for word in understood(text, corpus.splitter).words:
            if word not in known:
                known[word] = [token for token in in_files if word in token]
            found: Counter[str] = Counter()
            for token in known[word]:
                found.update(dict(in_files[token]))
            for path, n in found.items():
                scores[path][0] += 1
                scores[path][1] += n
        best = sorted(scores, key=lambda path: (-scores[path][0], -scores[path][1], path))
        return [Place(path) for path in best[:DEPTH]]

    return ranking


def files_by_words(corpus: Corpus) -> Ranking:
    """BM25 of SQLite's FTS5, a file a row."""
    paths = list(corpus.files)
    rows = [(corpus.splitter.joined(_text(content)),) for content in corpus.files.values()]
    find = _full_text("body", rows, "1.0")
    return lambda text: [Place(paths[number]) for number in find(_words(corpus, text))]


def _chunks_by_words(corpus: Corpus) -> Callable[[str], list[int]]:
    rows = [(text.name, text.head, text.body) for text in corpus.texts]
    find = _full_text("name, head, body", rows, WEIGHTS)
    return lambda text: find(_words(corpus, text))


def _full_text(
    columns: str, rows: Sequence[tuple[str, ...]], weights: str
) -> Callable[[Sequence[str]], list[int]]:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE words USING fts5 ({columns}, tokenize='ascii')")
    marks = ", ".join("?" for _ in rows[0]) if rows else "?"
    insert = f"INSERT INTO words (rowid, {columns}) VALUES (?, {marks})"  # noqa: S608
    connection.executemany(insert, ((number, *row) for number, row in enumerate(rows)))
    find = (
        f"SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, {weights}) "  # noqa: S608
        f"LIMIT {DEPTH}"
    )

    def found(words: Sequence[str]) -> list[int]:
        asked = " OR ".join(quoted(word) for word in words)
        return [row[0] for row in connection.execute(find, (asked,))] if asked else []

    return found


def _chunks_by_vector(corpus: Corpus) -> Callable[[str], list[int]]:
    rows = np.frombuffer(corpus.vectors, np.int8).reshape(-1, corpus.embedder.dimensions)
    matrix = rows.astype(np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1.0)

    def found(text: str) -> list[int]:
        query = np.frombuffer(corpus.embedder.query(text), np.int8).astype(np.float32)
        best: list[int] = np.argsort(-(matrix @ query), kind="stable")[:DEPTH].tolist()
        return best

    return found


def searcher(corpus: Corpus, folder: Path) -> Ranking:
    """The product's own search on a database of its own."""
    place = Path(tempfile.mkdtemp(dir=folder)) / "index.db"
    database = open_index(place)
    database.use_embedder(corpus.embedder.name, corpus.embedder.dimensions)
    for batch in _batches(list(corpus.contents.items())):
        contents = [content for _, content in batch]
        rows = [FileRow(path, content.hash, (1, 1, content.size, 1)) for path, content in batch]
        database.put(contents, rows)
    found = Searcher(place, lambda _: corpus.embedder, corpus.files.get, corpus.splitter)

    def ranking(text: str) -> Sequence[Place]:
        answer = found.search(SearchQuery(text, limit=50))
        return [Place(hit.path, hit.start_line, hit.end_line) for hit in answer.hits]

    return ranking


def _batches(rows: list[tuple[str, Content]]) -> Iterator[list[tuple[str, Content]]]:
    for start in range(0, len(rows), 200):
        yield rows[start : start + 200]


def _words(corpus: Corpus, text: str) -> Sequence[str]:
    return understood(text, corpus.splitter).words


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
