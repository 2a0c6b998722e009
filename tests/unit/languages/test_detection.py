"""Which language a file is in, by its name or its first line."""

import pytest
from agentxd.plugins.languages.language import Languages
from agentxd.plugins.languages.parser import TreeSitterParser

BY_NAME = {
    "src/a.py": "python", "a.pyi": "python", "SConstruct": "python",
    "a.js": "javascript", "a.mjs": "javascript", "a.jsx": "javascript",
    "a.ts": "typescript", "a.d.ts": "typescript", "a.tsx": "tsx",
    "a.go": "go", "a.rs": "rust", "a.java": "java", "a.c": "c", "a.h": "c",
    "a.cc": "cpp", "A.CPP": "cpp", "a.hpp": "cpp", "a.cs": "csharp",
    "a.rb": "ruby", "Rakefile": "ruby", "a.php": "php", "a.sh": "bash", ".bashrc": "bash",
    "a.lua": "lua", "a.html": "html", "a.css": "css", "package.json": "json",
    ".github/workflows/a.yml": "yaml", "pyproject.toml": "toml", "Cargo.lock": "toml",
    "README.md": "markdown", "notes.txt": "text", "LICENSE": "text", "a": "text", "": "text",
    ".py": "text", "py": "text", "a.py.orig": "text", "a.svg": "text",
}  # fmt: skip

BY_FIRST_LINE = {
    b"#!/usr/bin/python3\n": "python",
    b"#!/usr/bin/env python3.11\nimport os": "python",
    b"#!/usr/bin/env -S python -u\n": "python",
    b"#! /bin/sh -e\r\n": "bash",
    b"#!/bin/bash": "bash",
    b"#!/usr/bin/env node\n": "javascript",
    b"#!/usr/bin/env ruby\n": "ruby",
    b"#!/usr/local/bin/perl -w\n": "text",
    b"#!\n": "text",
    b"#!\xff\xfe": "text",
    b"import os\n": "text",
}


@pytest.mark.parametrize(("path", "language"), BY_NAME.items())
def test_by_name(path: str, language: str) -> None:
    assert TreeSitterParser().language(path) == language


@pytest.mark.parametrize(("head", "language"), BY_FIRST_LINE.items())
def test_by_first_line(head: bytes, language: str) -> None:
    assert TreeSitterParser().language("bin/tool", head) == language


def test_a_name_is_stronger_than_the_first_line() -> None:
    assert TreeSitterParser().language("a.py", b"#!/bin/sh\n") == "python"


def test_no_two_languages_claim_the_same_names() -> None:
    languages = Languages()
    for field in ("extensions", "file_names", "shebangs"):
        claims = [key for name in languages.names() for key in getattr(languages[name], field)]
        assert len(claims) == len({claim.lower() for claim in claims})


def test_a_header_of_cplusplus_is_read_as_such() -> None:
    parsed = TreeSitterParser().parse("c", b"#pragma once\nnamespace a {\nclass B {};\n}\n")
    assert parsed.language == "cpp"
    assert [symbol.name for symbol in parsed.symbols] == ["a", "B"]


def test_a_language_of_ones_own_is_one_file() -> None:
    data = """
        grammar = "tree_sitter_json"
        extensions = ["knobs"]
        [queries]
        definitions = '(document (object (pair key: (_) @variable) @definition))'
    """
    parser = TreeSitterParser(Languages({"knobs": data}))
    assert parser.language("a.knobs") == "knobs"
    [symbol] = parser.parse("knobs", b'{"volume": 11}').symbols
    assert (symbol.name, symbol.kind) == ("volume", "variable")
