"""Contents for the benches of the index: real code of this environment, renamed for more of it."""

import random
import re
import sysconfig
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from agentxd.index.words import WordSplitter
from agentxd.kernel.index import (
    Chunk,
    ChunkText,
    Content,
    Parsed,
    Reference,
    Symbol,
    SymbolKind,
)

N_COMMON = 1_500
"""The most frequent words are the same in all code; the others are renamed."""
_DEFINITION = re.compile(r"^(\s*)(?:async )?(def|class) (\w+)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_DOC = re.compile(r'"""(.*?)"""', re.DOTALL)
_KEYWORDS = frozenset(
    re.findall(r"\w+", "if else for in not and or is def class return import from self None True")
)


@dataclass(frozen=True)
class Piece:
    """One chunk of real code."""

    symbol: Symbol
    text: ChunkText
    uses: tuple[Reference, ...]


@dataclass(frozen=True)
class SourceFile:
    """One file of real code, taken apart."""

    path: str
    pieces: tuple[Piece, ...]


def real_files(n_chunks: int) -> list[SourceFile]:
    """Files of the installed packages until they have so many chunks."""
    splitter, found, n = WordSplitter(), [], 0
    root = Path(sysconfig.get_paths()["purelib"])
    for path in sorted(root.rglob("*.py")):
        text = path.read_text("utf-8", "replace")
        if len(text) > 300_000:
            continue
        pieces = tuple(_pieces(text, splitter))
        if pieces:
            found.append(SourceFile(path.relative_to(root).as_posix(), pieces))
            n += len(pieces)
        if n >= n_chunks:
            break
    return found


def contents(files: Sequence[SourceFile], n_chunks: int) -> Iterator[tuple[str, Content]]:
    """Paths and contents until there are so many chunks; later rounds have other words."""
    rare = _rare_words(files)
    n, round_ = 0, 0
    while n < n_chunks:
        renaming = _renaming(rare, round_)
        for file in files:
            if n >= n_chunks:
                return
            n += len(file.pieces)
            path = file.path if not round_ else f"round{round_}/{file.path}"
            yield path, _content(path, [_renamed(piece, renaming) for piece in file.pieces])
        round_ += 1


def queries(files: Sequence[SourceFile], n: int) -> list[str]:
    """What people and agents ask: sentences, names, words, in turn."""
    choice = random.Random(7)
    pieces = [piece for file in files for piece in file.pieces if len(piece.symbol.doc) > 20]
    found = []
    for number in range(n):
        symbol = choice.choice(pieces).symbol
        sentence = symbol.doc.split("\n")[0][:200]
        words = _NAME.findall(sentence)
        found.append(
            (
                sentence,
                symbol.name,
                sentence,
                " ".join(choice.sample(words, min(2, len(words)))),
                choice.choice(["return value", "name", "list of self", "get data", "test"]),
            )[number % 5]
        )
    return found


def _pieces(text: str, splitter: WordSplitter) -> Iterator[Piece]:
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if _DEFINITION.match(line)]
    for start, end in pairwise([*starts, len(lines)]):
        body = "\n".join(lines[start:end])
        found = _DEFINITION.match(lines[start])
        assert found
        doc = _DOC.search(body)
        signature = lines[start].strip()[:240]
        symbol = Symbol(
            name=found[3],
            kind=SymbolKind.CLASS if found[2] == "class" else SymbolKind.FUNCTION,
            line=start,
            column=found.start(3),
            start_line=start,
            end_line=end,
            signature=signature,
            doc=doc[1].strip()[:1_000] if doc else "",
        )
        words = ChunkText(
            " ".join(splitter.words_and_names(found[3])),
            " ".join(splitter.words(f"{signature} {symbol.doc}")),
            " ".join(splitter.words_and_names(body)),
        )
        yield Piece(symbol, words, tuple(_uses(lines, start, end)))


def _uses(lines: Sequence[str], start: int, end: int) -> Iterator[Reference]:
    for number in range(start, end):
        code = lines[number].partition("#")[0]
        for name in _NAME.finditer(code):
            if name[0] not in _KEYWORDS and code[name.end() : name.end() + 1] in "(.":
                yield Reference(name[0], number, name.start())


def _rare_words(files: Sequence[SourceFile]) -> list[str]:
    counts = Counter(
        word for file in files for piece in file.pieces for word in piece.text.body.split(" ")
    )
    return [word for word, _ in counts.most_common()[N_COMMON:]]


def _renaming(rare: Sequence[str], round_: int) -> dict[str, str]:
    """Half of the rare words change places with one that is about as rare, half become new."""
    if not round_:
        return {}
    choice, renamed = random.Random(round_), {}
    for at in range(0, len(rare), 100):
        words = list(rare[at : at + 100])
        mixed = words[:]
        choice.shuffle(mixed)
        for word, other in zip(words, mixed, strict=True):
            renamed[word] = other if choice.random() < 0.5 else f"{other}{chr(96 + round_)}"
    return renamed


def _renamed(piece: Piece, renaming: dict[str, str]) -> Piece:
    if not renaming:
        return piece
    name = renaming.get(piece.symbol.name.lower(), piece.symbol.name + chr(96 + len(renaming) % 26))
    text = ChunkText(
        *(
            " ".join(renaming.get(word, word) for word in part.split(" "))
            for part in (piece.text.name, piece.text.head, piece.text.body)
        )
    )
    uses = tuple(
        Reference(renaming.get(use.name.lower(), use.name), use.line, use.column)
        for use in piece.uses
    )
    symbol = Symbol(
        **{field: getattr(piece.symbol, field) for field in Symbol.__struct_fields__}
        | {"name": name}
    )
    return replace(piece, symbol=symbol, text=text, uses=uses)


def _content(path: str, pieces: Sequence[Piece]) -> Content:
    parsed = Parsed(
        "python",
        tuple(piece.symbol for piece in pieces),
        tuple(use for piece in pieces for use in piece.uses),
        (),
        tuple(
            Chunk(piece.symbol.start_line, piece.symbol.end_line, at)
            for at, piece in enumerate(pieces)
        ),
    )
    hash_ = sha256(path.encode()).digest()
    return Content(hash_, 10_000, parsed, tuple(piece.text for piece in pieces))
