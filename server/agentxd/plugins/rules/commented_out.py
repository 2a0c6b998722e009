"""The rule commented-out-code: code that somebody could not let go of."""

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import (
    ChangedFile,
    Example,
    Finding,
    Fix,
    Region,
    Replacement,
    RuleInfo,
    Severity,
)
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.code_evidence import LANGUAGES, is_mostly_code, is_sure, leads
from agentxd.plugins.rules.paths import is_document, is_example, is_foreign
from agentxd.plugins.rules.text import (
    is_touched,
    lines_of,
    places_of,
    removed_lines,
    text_of,
    touched_first,
)

_HINT = Lazy(
    rb"^[ \t]*(?:#|//|--|\*|/\*)(?:[^\n]*(?:[;{})\],]|\w:)[ \t\r]*$|[^\n(=]*(?:\w\(|\s:?=\s))"
    rb"|^[ \t]*/\*[ \t\r]*$|^[ \t]*#[ \t]*(?:import|from) \w",
    re.MULTILINE,
)
"""A comment whose line ends like code, or has its signs."""
_MARK = Lazy(r"^(?P<space>\s*)(?:#|//|--)(?P<text>.*)$")
_BLOCK = Lazy(r"^(?P<space>\s*)/\*(?P<text>(?![*!])[\s\S]*)\*/\s*$")
_STAR = Lazy(r"^\s*\* ?")
_DOCUMENTS = Lazy(r"^\s*(?:///|//!|##|#:|#!|--\[|---|//\s*@|#\s*@|#\s*%%)")
_DIRECTIVE = Lazy(
    r"(?i)\b(?:type:|noqa|pylint|eslint|@ts-|prettier|istanbul|v8 ignore|nolint|go:|\+build"
    r"|clang-format|#?(?:end)?region|language=|vim:|coding[:=]|spdx|copyright|licen[cs]e|rubocop"
    r"|phpcs|@\w+ |tslint|mypy|fmt: |isort|sourcemap|jshint|globals? |http)"
    r"|>>>|^\s*\$ |=>\s*(?:\d|['\"\[{]|true|false)|\s-> ?[\w<'\"\[]|\.\.\.|\u2026|^\s*[|+-]{2}"
)
_WORDS = Lazy(r"\s*[\w'\"`-]+(?:[ ,.:;]+[\w'\"`()-]+){2,}[\s.:;,!?]*$")
_LABEL = Lazy(r"\s*(?!(?:if|else|elif|try|finally|except|do|default)\b)[A-Za-z][\w' -]*:\s*$")
_MOST_LINES, _MOST_ASKED, _MOST_COMMENTS = 400, 30, 5_000
_PREFIX = {"php": "<?php\n"}


class CommentedOut:
    """Finds comments that parse as code, and lines that the change turned into comments."""

    info = RuleInfo(
        id="commented-out-code",
        title="code that was commented out",
        severity=Severity.NOTE,
        doc=(
            "Code in a comment is not run, not tested and not kept up to date, and every reader "
            "wonders why it is there; the history has it anyway. Found are comments alone on their "
            "lines that hold at least two statements, look like code line for line, and parse in "
            "the language of the file; single lines, where they cannot be anything else, or where "
            "the change turned the very line into a comment.\n\n"
            "Documentation comments, examples that words announce, directives of tools, licences, "
            "and files of examples and documents are not looked at. Delete the code, or say in "
            "words what is to come."
        ),
        bad=(
            Example("app.py", "def a(b):\n    # c = load(b)\n    # c.save()\n    return b\n"),
            Example("src/a.ts", "export const a = 1;\n// const b = load(a);\n// b.save();\n"),
            Example("main.go", "package main\n\n/*\nfunc a() {\n\tb()\n}\n*/\n"),
            Example("src/lib.rs", "fn a() {\n    // let b = c(1);\n    // b.run();\n}\n"),
            Example("job.py", "work(1)\n# send(1)\n", old="work(1)\nsend(1)\n"),
        ),
        good=(
            Example(
                "app.py", "# Loads what is needed, and saves it: see the guide (part 2).\na = 1\n"
            ),
            Example(
                "src/a.ts", "// For example:\n//   const b = load(a);\n//   b.save();\nlet a = 1;\n"
            ),
            Example("lib.rs", "/// let b = c(1);\n/// b.run();\nfn a() {}\n"),
            Example("a.py", "a = [1, 2]  # b = [3]\n# type: ignore[attr-defined]\n"),
            Example(
                "a.go",
                "package a\n\n// A returns b (or c) if there is one;\n// else d.\nvar A = 1\n",
            ),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """Those of the change first."""
        content = file.new
        if not content or file.is_binary or file.is_generated or not file.is_whole:
            return
        if is_foreign(file.path) or is_document(file.path) or is_example(file.path):
            return
        language = ground.syntax.language(file.path, content[:200])
        if language in LANGUAGES and _HINT.search(content):
            yield from touched_first(file, self._all(file, ground, language))

    def _all(self, file: ChangedFile, ground: Ground, language: str) -> Iterator[Finding]:
        lines, gone = lines_of(text_of(file)), removed_lines(file)
        comments = list(places_of(file, ground).comments())[:_MOST_COMMENTS]
        groups = [
            one
            for one in _groups(comments, lines)
            if is_candidate(one, language, gone) and not _is_moved(one, lines, gone)
        ]
        groups.sort(key=lambda one: not is_touched(file, one.start))
        for group in groups[:_MOST_ASKED]:
            if _was_code(group, gone) or _parses(group, file.path, language, ground):
                yield self._finding(file, group)

    def _finding(self, file: ChangedFile, group: "_Group") -> Finding:
        return Finding(
            rule=self.info.id,
            severity=self.info.severity,
            path=file.path,
            line=group.start,
            end_line=group.end,
            message="the comment is code",
            advice="Delete it: the history keeps it",
            fix=Fix("delete the comment", (Replacement(group.start, group.end, ""),)),
        )


class _Group(Struct, frozen=True):
    """Comments that belong together, alone on their lines."""

    start: int
    end: int
    lines: tuple[str, ...]
    """What they say, without signs."""
    before: str
    """The comment's own words before, where there are some."""


def is_candidate(group: _Group, language: str, gone: frozenset[str]) -> bool:
    """Whether it is worth to ask the grammar."""
    lines = group.lines
    if len(lines) > _MOST_LINES or any(_DIRECTIVE.search(line) for line in lines):
        return _was_code(group, gone)
    if leads(group.before):
        return False
    full = [line for line in lines if line.strip()]
    is_single = len(full) == 1 and is_sure(full[0])
    return is_single or is_mostly_code(lines, language) or _was_code(group, gone)


def _is_moved(group: _Group, lines: Sequence[str], gone: frozenset[str]) -> bool:
    """It was a comment before the change, too."""
    return all(line.strip() in gone for line in lines[group.start : group.end])


def _was_code(group: _Group, gone: frozenset[str]) -> bool:
    """The change took these very lines away, and put them here as comments."""
    full = [line.strip() for line in group.lines if line.strip()]
    is_telling = any(len(line) > 3 and re.search(r"[(=;:]", line) for line in full)  # noqa: PLR2004
    return bool(full) and is_telling and all(line in gone for line in full)


def _parses(group: _Group, path: str, language: str, ground: Ground) -> bool:
    text = _PREFIX.get(language, "") + dedent("\n".join(group.lines)) + "\n"
    faults = ground.syntax.faults(path, text.encode())
    return faults is not None and not faults


def _groups(comments: Sequence[Region], lines: Sequence[str]) -> Iterator[_Group]:
    """Neighbouring line comments at one column are one group, cut where words end."""
    run: list[tuple[int, str]] = []
    column = -1
    for region in comments:
        text = _line_comment(region, lines)
        is_next = (
            bool(run) and run[-1][0] == region.start_line - 1 and column == region.start_column
        )
        if run and (text is None or not is_next):
            yield from _cut(run)
            run = []
        if text is not None:
            run.append((region.start_line, text))
            column = region.start_column
        else:
            yield from _block(region, lines)
    if run:
        yield from _cut(run)


def _line_comment(region: Region, lines: Sequence[str]) -> str | None:
    """The words of a comment that has its line to itself."""
    if region.start_line != region.end_line:
        return None
    line = lines[region.start_line]
    match = _MARK.match(line)
    is_alone = match is not None and len(match["space"]) == region.start_column
    return match["text"] if match and is_alone and not _DOCUMENTS.match(line) else None


def _cut(run: Sequence[tuple[int, str]]) -> Iterator[_Group]:
    """Words at the beginning are left out, up to the first line that is no sentence."""
    n_words = 0
    while n_words < len(run) and _is_words(run[n_words][1]):
        n_words += 1
    kept = run[n_words:]
    if kept:
        before = run[n_words - 1][1] if n_words else ""
        is_shown = n_words and _indent(kept[0][1]) > _indent(before)
        lines = tuple(text for _, text in kept)
        yield _Group(kept[0][0], kept[-1][0] + 1, lines, ":" if is_shown else before)


def _block(region: Region, lines: Sequence[str]) -> Iterator[_Group]:
    """A block comment that has its lines to itself."""
    whole = "\n".join(lines[region.start_line : region.end_line + 1])
    match = _BLOCK.match(whole)
    if match is not None and len(match["space"]) == region.start_column:
        texts = tuple(_STAR.sub("", line) for line in match["text"].split("\n"))
        yield _Group(region.start_line, region.end_line + 1, texts, "")


def _is_words(text: str) -> bool:
    """A sentence, a heading or nothing; no statement."""
    is_named = _WORDS.match(text) or _LABEL.match(text)
    return not text.strip() or (is_named is not None and not is_sure(text))


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
