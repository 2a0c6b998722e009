"""The rule todo-without-owner: work that is put off, and nobody's."""

import re
from collections.abc import Iterator

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_document, is_foreign
from agentxd.plugins.rules.text import (
    Places,
    lines_of,
    places_of,
    removed_lines,
    text_of,
    touched_first,
)

_HINT = Lazy(rb"\b(?:TODO|FIXME|XXX|HACK)\b|\b[Tt]odo:|\b[Ff]ix[Mm]e:")
_REMARK = Lazy(
    r"(?:^|[^\w\"'`/.-])(?P<word>TODO|FIXME|XXX|HACK|[Tt]odo(?=:)|[Ff]ix[Mm]e(?=:))\b"
    r"(?P<owner>\s?[(\[@<][^)\]>\s]*)?(?P<rest>.{0,300})"
)
_OWNED = Lazy(
    r"#\d+|\b[A-Z][A-Z0-9]{1,9}-\d+\b|\b[a-z][\w-]*/[\w-]+#\d+|https?://|@\w|\bgh-\d+|\bissue \d+"
    r"|\b(?:by|until|before|after|in|since|when|once)\s+v?\d+(?:\.\d+)*|\b20\d\d-\d\d"
)
_PREFIX = Lazy(r"\s*(?:#|//|/\*|\*|--|;|%|<!--|\{\{?[-!#]|\"\"\"|rem\b|dnl\b)", re.IGNORECASE)
_LONGEST = 2_000
"""Characters of a line that a person wrote."""
_NAMED = Lazy(r"\s?[(\[@<][\w#@:/.-]")


class TodoOwner:
    """Finds TODO, FIXME, XXX and HACK in comments that name neither a person nor an issue."""

    info = RuleInfo(
        id="todo-without-owner",
        title="TODO without a name or an issue",
        severity=Severity.NOTE,
        doc=(
            "A remark that something is still to be done, and nobody's, is done by nobody. Found "
            "are `TODO`, `FIXME`, `XXX` and `HACK` in comments that the change adds, and `todo:` "
            "and `fixme:` in small letters. One that "
            "names a person, an issue, an address or a version has an owner: `TODO(ada)`, "
            "`TODO @ada`, `FIXME #123`, `TODO ABC-12`, `TODO: remove in v3`.\n\n"
            "Words in strings and documents, and remarks that were only moved, are not found."
        ),
        bad=(
            Example("app.py", "a = 1  # TODO: make this faster\n"),
            Example("main.go", "package main\n\n// FIXME this leaks\nvar a = 1\n"),
            Example("src/a.ts", "/* HACK: works around the cache */\nexport const a = 1;\n"),
            Example("lib.rs", "// XXX: is this right?\nfn a() {}\n"),
            Example("b.py", "a = 1\n# todo: remove this\n"),
        ),
        good=(
            Example("app.py", "a = 1  # TODO(ada): make this faster\n"),
            Example("main.go", "package main\n\n// FIXME #123: this leaks\nvar a = 1\n"),
            Example("src/a.ts", 'export const a = "TODO: write";\n'),
            Example("lib.rs", "// TODO: see https://example.com/issues/1\nfn a() {}\n"),
            Example("es.py", "# todo el mundo\na = 1\n"),
            Example("conf.yaml", "# id has the form XXX-XXX\na: 1\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """Those of the change first."""
        if not file.new or not _HINT.search(file.new) or file.is_binary or file.is_generated:
            return
        if is_document(file.path) or is_foreign(file.path):
            return
        yield from touched_first(file, self._all(file, places_of(file, ground)))

    def _all(self, file: ChangedFile, places: Places) -> Iterator[Finding]:
        gone = removed_lines(file)
        for number, line in enumerate(lines_of(text_of(file))):
            match = _remark(line) if len(line) < _LONGEST else None
            if match is None or line.strip() in gone:
                continue
            start = match.start("word")
            if _is_comment(places, number, start, line):
                yield Finding(
                    rule=self.info.id,
                    severity=self.info.severity,
                    path=file.path,
                    line=number,
                    column=start,
                    end_column=match.end("word"),
                    message=f"{match['word']} that names neither a person nor an issue",
                    advice=f"Say whose it is: {match['word']}(name), or an issue's number",
                )


def _remark(line: str) -> re.Match[str] | None:
    """A remark without an owner."""
    match = _REMARK.search(line)
    if match is None or _OWNED.search(match["rest"] or ""):
        return None
    if match["owner"] and _NAMED.match(match["owner"]):
        return None
    if match["word"] in ("XXX", "HACK") and not _is_remark(match["rest"]):
        return None
    return match


def _is_remark(rest: str) -> bool:
    """Not a placeholder such as XXX-XXX, nor a verb's noun: "this hack"."""
    return rest[:1] in (":", " ", "!", "") and not rest.lstrip(" ").startswith(("XXX", "-", "/"))


def _is_comment(places: Places, number: int, column: int, line: str) -> bool:
    """By the grammar, else by how the line begins."""
    if places:
        return places.kind_at(number, column) == "comment"
    return (
        _PREFIX.match(line) is not None or re.search(r"(?:#|//|--) ?$", line[:column]) is not None
    )
