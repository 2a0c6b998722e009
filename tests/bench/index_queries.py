"""The index's database: filling it, asking it at several sizes, its size and the memory it takes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.index.packing import grouped
from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index import Content, FileRow, SearchQuery, SymbolQuery
from agentxd.plugins.stores.code_index.counting import size_of
from agentxd.plugins.stores.code_index.database import IndexDatabase, open_index
from agentxd.plugins.stores.code_index.searching import Searcher
from msgspec.structs import replace

from tests.bench.index_corpus import SourceFile, contents, queries, real_files
from tests.bench.measure import Row, memory_of, ms, percentile, timed

SIZES = (10_000, 40_000, 100_000, 500_000)
N_REAL = 40_000
N_QUERIES = 200
N_BATCH = 2_000
"""Chunks that are put together."""
DIMENSIONS = 256
NAME = "bench"
LIMITS_S = {40_000: 0.020, 500_000: 0.060}
MAX_FILL_S, MAX_VECTORS_S, MAX_ONE_S = 2.5, 1.0, 0.010


def bench() -> Sequence[Row]:
    """One database that grows; each size is asked by a process of its own."""
    files = real_files(N_REAL)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index.db"
        (Path(folder) / "queries.json").write_text(json.dumps(queries(files, N_QUERIES)))
        rows += filling(files, Path(folder) / "filling.db")
        database = open_index(place)
        database.use_embedder(NAME, DIMENSIONS)
        batches = in_batches(files, SIZES[-1])
        n_chunks = 0
        for size in SIZES:
            while n_chunks < size and (batch := next(batches, None)):
                put(database, batch)
                n_chunks += sum(len(content.texts) for _, content in batch)
            rest(database)
            rows += asking(database, place, size)
        database.close()
    return rows


def filling(files: Sequence[SourceFile], place: Path) -> list[Row]:
    """40,000 chunks at once, their vectors alone, and one more file."""
    batches = list(in_batches(files, N_REAL, vectors=False))
    n_uses = sum(len(c.parsed.references) for batch in batches for _, c in batch)
    ready = [[(path, packed(content)) for path, content in batch] for batch in batches]
    database = open_index(place)
    database.use_embedder(NAME, DIMENSIONS)
    filled = timed(lambda: [put(database, batch) for batch in ready])
    lacking = database.without_vector(1_000_000)
    vectors = random_rows(len(lacking))
    new = [
        (row[0], vectors[at : at + DIMENSIONS])
        for at, row in zip(range(0, len(vectors), DIMENSIONS), lacking, strict=True)
    ]
    parts = [new[at : at + N_BATCH] for at in range(0, len(new), N_BATCH)]
    embedded = timed(lambda: [database.put_vectors(part) for part in parts])
    rested = timed(lambda: rest(database))
    single = [timed(lambda one=one: put(database, [one])) for one in changed(ready)]
    database.close()
    return [
        Row(
            f"put {len(new):,} chunks, {n_uses:,} uses, one writer",
            ms(filled),
            f"≤ {ms(MAX_FILL_S)}",
            filled <= MAX_FILL_S,
        ),
        Row(
            f"put {len(new):,} vectors of {DIMENSIONS} × int8",
            ms(embedded),
            f"≤ {ms(MAX_VECTORS_S)}",
            embedded <= MAX_VECTORS_S,
        ),
        Row("merge the full text afterwards, a moment at a time", ms(rested)),
        Row(
            "put one changed file",
            f"p50 {ms(percentile(single, 0.5))}, p95 {ms(percentile(single, 0.95))}",
            f"p95 ≤ {ms(MAX_ONE_S)}",
            percentile(single, 0.95) <= MAX_ONE_S,
        ),
    ]


def asking(database: IndexDatabase, place: Path, size: int) -> list[Row]:
    """Questions without and with vectors, symbols, and what it costs."""
    words, both = (asked(place, has_vectors=has) for has in (False, True))
    limit = LIMITS_S.get(size)
    worst = max(words["p95"], both["p95"])
    return [
        Row(
            f"{size:,} chunks: words, symbols, paths",
            f"p50 {ms(words['p50'])}, p95 {ms(words['p95'])}",
        ),
        Row(
            f"{size:,} chunks: the same and vectors",
            f"p50 {ms(both['p50'])}, p95 {ms(both['p95'])}",
            f"p95 ≤ {ms(limit)}" if limit else "",
            worst <= limit if limit else None,
        ),
        Row(
            f"{size:,} chunks: definitions by a part of a name",
            f"p50 {ms(both['symbols_p50'])}, p95 {ms(both['symbols_p95'])}",
        ),
        Row(
            f"{size:,} chunks: on disk; memory of a process that asks",
            f"{size_of(place) / (1 << 20):.0f} MiB; {both['before']:.0f} MiB before, {both['after']:.0f} MiB after",
        ),
    ]


def asked(place: Path, *, has_vectors: bool) -> dict[str, float]:
    """What a fresh process measured."""
    command = [sys.executable, "-m", "tests.bench.index_queries", str(place), str(int(has_vectors))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def ask(place: Path, *, has_vectors: bool) -> dict[str, float]:
    """Every question once, after a few others."""
    embedder = FakeEmbedder(NAME, DIMENSIONS)

    def by_name(name: str) -> FakeEmbedder:
        if not has_vectors:
            raise EmbedderError("none")
        return embedder

    searcher = Searcher(place, by_name, lambda _: None, WordSplitter())
    texts = json.loads(place.with_name("queries.json").read_text())
    before = memory_of_this()
    for text in texts[:5]:
        searcher.search(SearchQuery(text))
    taken = [timed(lambda text=text: searcher.search(SearchQuery(text))) for text in texts[5:]]
    names = [text[:6] for text in texts[1::5]]
    symbols = [timed(lambda name=name: searcher.symbols(SymbolQuery(name))) for name in names]
    return {
        "p50": percentile(taken, 0.5),
        "p95": percentile(taken, 0.95),
        "symbols_p50": percentile(symbols, 0.5),
        "symbols_p95": percentile(symbols, 0.95),
        "before": before,
        "after": memory_of_this(),
    }


def in_batches(
    files: Sequence[SourceFile], n_chunks: int, *, vectors: bool = True
) -> Iterator[list[tuple[str, Content]]]:
    """Contents as the worker puts them."""
    batch: list[tuple[str, Content]] = []
    n = 0
    for path, content in contents(files, n_chunks):
        if vectors:
            rows = random_rows(len(content.texts))
            batch.append((path, replace(content, embedder=NAME, vectors=rows)))
        else:
            batch.append((path, content))
        n += len(content.texts)
        if n >= N_BATCH:
            yield batch
            batch, n = [], 0
    if batch:
        yield batch


def put(database: IndexDatabase, batch: Sequence[tuple[str, Content]]) -> None:
    rows = [FileRow(path, content.hash, (1, 1, content.size, 1)) for path, content in batch]
    database.put([content for _, content in batch], rows)


def packed(content: Content) -> Content:
    """As the processes that parse hand it over."""
    parsed = replace(content.parsed, references=())
    return replace(content, uses=grouped(content.parsed.references), parsed=parsed)


def changed(batches: Sequence[Sequence[tuple[str, Content]]]) -> Iterator[tuple[str, Content]]:
    """Every tenth of 500 files, saved again with another hash."""
    for path, content in islice((one for batch in batches for one in batch), 0, 500, 10):
        yield path, replace(content, hash=content.hash[::-1])


def rest(database: IndexDatabase) -> None:
    while database.tidy(1 << 40):
        time.sleep(0)


def random_rows(n: int) -> bytes:
    return np.random.default_rng(n).integers(-127, 127, (n, DIMENSIONS), np.int8).tobytes()


def memory_of_this() -> float:
    """MiB, of which what is mapped from files is shared."""
    return memory_of(os.getpid()).rss


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]), has_vectors=sys.argv[2] == "1")))
