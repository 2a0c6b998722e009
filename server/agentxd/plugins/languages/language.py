"""What a language's data file says, and which language a file is in."""

import re
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct

from agentxd.index.chunking import ChunkRules

TEXT = "text"
"""The language of files that no grammar is at hand for."""
_SHEBANG = re.compile(rb"#!\s*(?:\S*/)?([\w.+-]+)(?:[ \t]+(?:-\S+[ \t]+)*([\w.+-]+))?")


class NameRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How names are read."""

    constructors: tuple[str, ...] = ()
    """Names of methods that make the thing."""
    are_classes_constructors: bool = False
    """Whether a method that is called like its class makes it."""
    constants: str = ""
    """Pattern of the names of variables that are meant to be constants."""
    separators: str = ""
    """Pattern between the parts of a qualified name: `::` in `Widget::draw`."""
    hidden_containers: tuple[str, ...] = ()
    """Parts of a qualified name that tell nothing: `module.exports`."""
    trimmed: str = "\"'`"
    """Signs around a name that are no part of it."""
    guards: tuple[str, ...] = ()
    """What @guard must capture for the name after it to define something: `attr_reader :x`."""
    importers: tuple[str, ...] = ()
    """Functions whose call with a literal is an import: what @importer captures."""
    ignored: tuple[str, ...] = ()
    """Names so common that their uses are not worth remembering."""


class CommentRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How documentation is written."""

    line: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    attribute: str = ""
    """Pattern of the beginning of a line that may stand between a definition and its comment."""
    is_apart: bool = False
    """Whether an empty line may stand between a documentation block and what it is about."""
    docstrings: bool = False
    """Whether what the query captures as @doc is a string literal."""


class Queries(Struct, frozen=True, forbid_unknown_fields=True):
    """Tree-sitter queries; captures.py says what their captures mean."""

    definitions: str = ""
    references: str = ""
    imports: str = ""


class RegionRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Which nodes are comments and string literals."""

    comments: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    comment_begins: str = ""
    """What a comment begins with, where the node may be something else too."""

    @property
    def query(self) -> str:
        """Captures @comment and @string."""
        kinds = {"comment": self.comments, "string": self.strings}
        return "\n".join(f"({node}) @{kind}" for kind, nodes in kinds.items() for node in nodes)


class Dialect(Struct, frozen=True, forbid_unknown_fields=True):
    """Another language that shares a file name: C++ in a header."""

    language: str
    pattern: str
    """What only the other language has, at the beginning of a line."""


class Language(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One data file."""

    name: str
    grammar: str
    """The module of the grammar's wheel."""
    door: str = "language"
    """The function in it that gives the grammar."""
    extensions: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    shebangs: tuple[str, ...] = ()
    names: NameRules = NameRules()
    comments: CommentRules = CommentRules()
    queries: Queries = Queries()
    chunks: ChunkRules = ChunkRules()
    regions: RegionRules = RegionRules()
    dialects: tuple[Dialect, ...] = ()
    signature_skip: str = ""
    """Pattern of what a definition begins with but its signature does not: annotations."""
    max_symbols: int = 5_000
    max_nesting: int = 0
    """Levels that one line may open or stand at, where the grammar has a limit; 0 for any."""

    @cached_property
    def query(self) -> str:
        """All queries as one, so that a tree is walked once."""
        queries = self.queries
        return f"{queries.definitions}\n{queries.references}\n{queries.imports}"


class Languages:
    """The data files of a folder; grammars are loaded elsewhere.

    Which files are in a language is read when they are made, the rest of it when it is needed: a
    review of three files needs one of twenty-five languages.
    """

    def __init__(self, files: Mapping[str, str] | None = None) -> None:
        self._files = files or shipped()
        self._heads = {name: _head(text) for name, text in self._files.items()}
        self._languages: dict[str, Language] = {}
        self._by_extension = self._table("extensions")
        self._by_file_name = self._table("file_names")
        self._by_shebang = self._table("shebangs")

    def __getitem__(self, name: str) -> Language:
        """Raises KeyError for a language without a data file."""
        found = self._languages.get(name)
        if found is None:
            found = self._languages[name] = _language(name, self._files)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def names(self) -> list[str]:
        """All languages."""
        return sorted(self._files)

    def detect(self, path: str, head: bytes) -> str:
        """By file name, extension or the interpreter in the first line; "text" for others."""
        pure = PurePosixPath(path)
        found = self._by_file_name.get(pure.name.lower())
        found = found or self._by_extension.get(pure.suffix[1:].lower())
        if found or not head.startswith(b"#!"):
            return found or TEXT
        return self._by_shebang.get(_interpreter(head), TEXT)

    def dialect(self, name: str, content: bytes) -> Language:
        """What the content of a file of this language is really written in."""
        language = self[name]
        for dialect in language.dialects:
            if re.search(dialect.pattern.encode(), content, re.MULTILINE):
                return self[dialect.language]
        return language

    def _table(self, field: str) -> dict[str, str]:
        return {
            key.lower(): name for name, head in self._heads.items() for key in head.get(field, ())
        }


def shipped() -> dict[str, str]:
    """The data files that come with us: name to text."""
    folder = Path(__file__).with_name("data")
    return {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }


def _head(text: str) -> dict[str, Any]:
    """What stands before the first table."""
    return tomllib.loads(text.partition("\n[")[0])


def _language(name: str, files: Mapping[str, str]) -> Language:
    """A file may extend another one: its tables are laid over, its queries added."""
    own = tomllib.loads(files[name])
    base = own.pop("extends", None)
    below = tomllib.loads(files[base]) if base else {}
    return msgspec.convert({**_over(below, own), "name": name}, Language)


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is listed (extensions, file names) is not inherited, what is said in tables is."""
    merged: dict[str, Any] = {
        key: value for key, value in base.items() if isinstance(value, dict | str)
    }
    for key, value in own.items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    added = own.get("queries", {})
    for kind, query in base.get("queries", {}).items():
        merged["queries"] = {**merged["queries"], kind: query + added.get(kind, "")}
    return merged


def _interpreter(head: bytes) -> str:
    """`python3` of `#!/usr/bin/env -S python3.11 -u`; versions after a dot are cut."""
    match = _SHEBANG.match(head.split(b"\n", 1)[0])
    if match is None:
        return ""
    name = match[2] if match[1] == b"env" and match[2] else match[1]
    return name.decode("ascii", "replace").split(".", maxsplit=1)[0].lower()
