"""Contents made by hand for tests of the index's database: a parser for one toy language."""

import re
from hashlib import sha256
from itertools import pairwise

from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import (
    Chunk,
    ChunkText,
    Content,
    FileRow,
    Import,
    Parsed,
    Reference,
    Symbol,
    SymbolKind,
)
from agentxd.plugins.stores.code_index.database import open_index
from agentxd.plugins.stores.code_index.resolver import Resolver
from agentxd.plugins.stores.code_index.searching import Searcher

SPLITTER = WordSplitter()
_BEGIN = re.compile(r"^(\s*)(def|class) (\w+)")


def parse(text, language="python"):
    """Each line with def or class begins a chunk; what is in front of the first is one."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if _BEGIN.match(line)]
    bounds = list(pairwise([*starts, len(lines)])) if starts else []
    symbols, chunks = [], []
    if (starts[0] if starts else len(lines)) > 0:
        chunks.append(Chunk(0, starts[0] if starts else len(lines)))
    around = ""
    for start, end in bounds:
        indentation, word, name = _BEGIN.match(lines[start]).groups()
        kind = (
            SymbolKind.CLASS
            if word == "class"
            else SymbolKind.METHOD
            if indentation
            else SymbolKind.FUNCTION
        )
        around = "" if not indentation else around
        doc = re.search(r'"""(.*?)"""', "\n".join(lines[start:end]))
        chunks.append(Chunk(start, end, len(symbols)))
        symbols.append(
            Symbol(
                name,
                kind,
                start,
                lines[start].index(name),
                start,
                end,
                around,
                lines[start].strip(),
                doc[1] if doc else "",
            )
        )
        if word == "class":
            around = name
    uses = tuple(
        Reference(found[0], n, found.start())
        for n, line in enumerate(lines)
        if not _BEGIN.match(line)
        for found in re.finditer(r"[A-Za-z_]\w*", line)
    )
    imports = tuple(
        Import(line.split()[1], n) for n, line in enumerate(lines) if line.startswith("import ")
    )
    return Parsed(language, tuple(symbols), uses, imports, tuple(chunks))


def texts_of(text, parsed):
    lines, found = text.split("\n"), []
    for chunk in parsed.chunks:
        symbol = parsed.symbols[chunk.symbol] if chunk.symbol >= 0 else None
        body = "\n".join(lines[chunk.start_line : chunk.end_line])
        found.append(
            ChunkText(
                " ".join(
                    SPLITTER.words_and_names(f"{symbol.container} {symbol.name}" if symbol else "")
                ),
                " ".join(SPLITTER.words(f"{symbol.signature} {symbol.doc}" if symbol else "")),
                " ".join(SPLITTER.words_and_names(body)),
            )
        )
    return tuple(found)


def content(text, language="python", embedder=None):
    """As it comes out of a parser and, where there is an embedder, out of it."""
    raw = text.encode()
    parsed = parse(text, language)
    texts = texts_of(text, parsed)
    vectors = embedder.documents([chunk.body for chunk in texts]) if embedder else b""
    return Content(
        sha256(raw).digest(), len(raw), parsed, texts, embedder.name if embedder else "", vectors
    )


def row(path, text, version=1):
    return FileRow(path, sha256(text.encode()).digest(), (version, version, len(text), 1))


class Workspace:
    """Files in memory, the database that knows them, and a searcher that reads them."""

    def __init__(self, path):
        self.path = path
        self.texts = {}
        self.shown = {}
        self.embedder = FakeEmbedder()
        self.others = {}
        self.database = open_index(path)
        self.searcher = Searcher(path, self.embedder_named, self.read, SPLITTER)
        self.resolver = Resolver(path, self.read, SPLITTER)

    def embedder_named(self, name):
        return self.embedder if name == self.embedder.name else self.others[name]

    def read(self, path):
        text = self.shown.get(path, self.texts.get(path))
        return None if text is None else text.encode()

    def write(self, texts, language="python", embedder=None):
        """Put these files, whose contents are parsed only where they are not known."""
        hashes = {sha256(text.encode()).digest() for text in texts.values()}
        known = self.database.known(hashes)
        new = [content(text, language, embedder) for text in dict.fromkeys(texts.values())]
        self.texts |= texts
        fresh = [one for one in new if one.hash not in known]
        self.database.put(fresh, [row(path, text) for path, text in texts.items()])
        return len(fresh)

    def remove(self, *paths):
        for path in paths:
            del self.texts[path]
        self.database.drop(paths)

    def show(self, path, text):
        if text is None:
            self.shown.pop(path, None)
            self.database.show(path, None)
        else:
            self.shown[path] = text
            self.database.show(path, content(text))

    def embed(self):
        """Everything that lacks a vector gets one; how many did."""
        n = 0
        while lacking := self.database.without_vector(100):
            n += len(lacking)
            by_hash = {
                sha256(text.encode()).digest(): text
                for text in [*self.texts.values(), *self.shown.values()]
            }
            wanted = self.wanted
            self.database.put_vectors(
                [
                    (number, wanted.query("\n".join(by_hash[hash_].split("\n")[start:end])))
                    for number, hash_, start, end in lacking
                ]
            )
        return n

    def use(self, embedder):
        self.wanted = embedder
        self.others[embedder.name] = embedder
        self.database.use_embedder(embedder.name, embedder.dimensions)

    def close(self):
        self.searcher.close()
        self.resolver.close()
        self.database.close()
