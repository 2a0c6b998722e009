"""What each language's data file finds in a small source: samples/<language>.txt says it all.

`UPDATE_EXPECT=1` writes the expected listings anew.
"""

import os
import re
from pathlib import Path

import pytest
from agentxd.kernel.index import Parsed
from agentxd.plugins.languages.language import Languages
from agentxd.plugins.languages.parser import TreeSitterParser

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def parser() -> TreeSitterParser:
    return TreeSitterParser()


@pytest.mark.parametrize("language", Languages().names())
def test_symbols_of(language: str, parser: TreeSitterParser) -> None:
    source = (SAMPLES / f"{language}.txt").read_bytes()
    check(SAMPLES / f"{language}.expected", listing(parser.parse(language, source)))


def check(expected: Path, text: str) -> None:
    if os.environ.get("UPDATE_EXPECT"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def listing(parsed: Parsed) -> str:
    """Everything that was found, one thing on a line; lines count from 1 as in an editor."""
    rows = [f"language {parsed.language}"]
    for symbol in parsed.symbols:
        path = f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name
        lines = f"{symbol.start_line + 1}-{symbol.end_line}"
        place = f"{symbol.line + 1}:{symbol.column}"
        rows.append(f"{symbol.kind} {path} at {place} in {lines}: {symbol.signature}")
        rows += [f"    | {line}".rstrip() for line in symbol.doc.splitlines()]
    for found in parsed.imports:
        rows.append(f"import {found.module} {' '.join(found.names)}".rstrip())
    uses = " ".join(f"{use.name}@{use.line + 1}:{use.column}" for use in parsed.references)
    rows.append(f"uses {uses}".rstrip())
    for chunk in parsed.chunks:
        name = parsed.symbols[chunk.symbol].name if chunk.symbol >= 0 else "-"
        rows.append(f"chunk {chunk.start_line + 1}-{chunk.end_line} {name}")
    return "\n".join(rows) + "\n"


def test_what_is_cut_ends_at_a_word_and_says_so(parser: TreeSitterParser) -> None:
    arguments = ", ".join(f"argument_{number}=1" for number in range(60))
    doc = "word " * 400
    text = f'def long({arguments}):\n    """{doc}"""\n'
    (symbol,) = parser.parse("python", text.encode()).symbols
    assert re.search(r"argument_\d+=1,…$", symbol.signature)
    assert symbol.doc.endswith("word word…")
