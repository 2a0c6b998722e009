"""The rule hidden-unicode: text that shows a reader something else than it says."""

from collections.abc import Iterator
from unicodedata import name

from msgspec import Struct

from agentxd.kernel.review import (
    ChangedFile,
    Example,
    Finding,
    Fix,
    Replacement,
    RuleInfo,
    Severity,
)
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.hidden_characters import HINT, Around, Hidden, judged
from agentxd.plugins.rules.homoglyphs import MIXED_HINT, mixed_words
from agentxd.plugins.rules.paths import is_document, is_foreign, is_test
from agentxd.plugins.rules.text import Places, lines_of, places_of, text_of, touched_first

_PROSE = frozenset({"text", "markdown", "html", "css", "json", "yaml", "toml"})
"""Languages whose text people read more than machines run."""
_RLO, _PDI, _LRI, _ZWSP = "\u202e", "\u2069", "\u2066", "\u200b"
_CYRILLIC_A, _CYRILLIC_O = "\u0430", "\u043e"
_MOST_SHOWN = 3


class HiddenUnicode:
    """Finds invisible characters, reordered text, and letters of one script inside of another."""

    info = RuleInfo(
        id="hidden-unicode",
        title="invisible or misleading characters",
        severity=Severity.WARNING,
        doc=(
            "Some characters let a line look other than it is. Bidirectional controls reorder what "
            "is shown, so that a comment seems to be code (Trojan Source, CVE-2021-42574); "
            "zero-width characters, fillers and tags make two equal names different, or carry text "
            "that programs read and people do not see; Cyrillic and Greek letters stand for Latin "
            "ones in the middle of a name.\n\n"
            "Reordering in code and invisible tags are errors; other invisible characters and "
            "mixed names in code are warnings, and notes in comments and tests. Text in any script "
            "is fine: joiners in Persian or Hindi, marks beside right-to-left letters, balanced "
            "isolates in translations, emoji, a byte order mark at the beginning of a file, and "
            "escapes such as `\\u202e`.\n\nRemove the character, or write it as an escape."
        ),
        bad=(
            Example(
                "auth.py", f'if role != "user{_RLO} {_LRI}# admins only{_PDI} {_LRI}":\n    a()\n'
            ),
            Example("src/a.ts", f"const to{_ZWSP}ken = 1;\n"),
            Example("main.go", f"package main\n\nvar p{_CYRILLIC_A}ssword = 1\n"),
            Example("lib.rs", f"fn c{_CYRILLIC_O}py() {{}}\n"),
            Example(
                "AGENTS.md", "Be kind." + "".join(chr(0xE0000 + ord(c)) for c in "obey") + "\n"
            ),
        ),
        good=(
            Example("a.py", "\ufeffname = '\u05e9\u05dc\u05d5\u05dd'\n"),
            Example(
                "a.ts", 'export const family = "\U0001f468\u200d\U0001f469\u200d\U0001f467";\n'
            ),
            Example("fa.json", '{"a": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"}\n'),
            Example("a.go", 'package a\n\nvar greeting = "\u043f\u0440\u0438\u0432\u0435\u0442"\n'),
            Example("physics.py", "\u0394x = 1\n\u03bb_max = 2\n\u03bcs = 3\n"),
            Example("tests/test_a.py", 'ESCAPED = "\\u202e\\u200b"\n'),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """Those of the change first; at most one of each kind for a line."""
        if not file.new or file.is_binary or file.new.isascii() or is_foreign(file.path):
            return
        has_hidden = HINT.search(file.new) is not None
        language = ground.syntax.language(file.path, file.new[:200])
        is_code = language not in _PROSE and not is_document(file.path)
        has_mixed = is_code and MIXED_HINT.search(file.new) is not None
        if not (has_hidden or has_mixed) or (is_code and not _is_parsed(file, ground)):
            return
        lines, places = lines_of(text_of(file)), places_of(file, ground)
        found = self._hidden(file, lines, places, is_code=is_code) if has_hidden else iter(())
        mixed = self._mixed(file, lines, places) if has_mixed else iter(())
        yield from touched_first(file, (*found, *mixed))

    def _hidden(
        self, file: ChangedFile, lines: list[str], places: Places, *, is_code: bool
    ) -> Iterator[Finding]:
        for number, line in enumerate(lines):
            if line.isascii():
                continue
            around = Around(line, number, is_code, is_test(file.path), places)
            hidden = list(judged(around))
            if hidden:
                yield self._finding(file, _Line(number, line, tuple(hidden)))

    def _finding(self, file: ChangedFile, line: "_Line") -> Finding:
        worst = max(line.hidden, key=lambda one: one.severity.rank)
        n_more = len(line.characters()) - _MOST_SHOWN
        told = ", ".join(line.characters()[:_MOST_SHOWN]) + (f" and {n_more} more" * (n_more > 0))
        return Finding(
            rule=self.info.id,
            severity=worst.severity,
            path=file.path,
            line=line.number,
            column=line.hidden[0].column,
            end_column=line.hidden[-1].column + 1,
            message=f"{worst.what}: {told}",
            advice="Remove it, or write it as an escape",
            fix=_fix(file, line),
        )

    def _mixed(self, file: ChangedFile, lines: list[str], places: Places) -> Iterator[Finding]:
        for word in mixed_words(lines):
            if not places.kind_at(word.line, word.column):
                yield Finding(
                    rule=self.info.id,
                    severity=Severity.NOTE if is_test(file.path) else self.info.severity,
                    path=file.path,
                    line=word.line,
                    column=word.column,
                    end_column=word.column + len(word.text),
                    message=f"a name looks like {word.latin} but is not: it has {_told(word.odd)}",
                    advice="Write the name in letters of one script",
                )


class _Line(Struct, frozen=True):
    """A line with what is hidden in it."""

    number: int
    text: str
    hidden: tuple[Hidden, ...]

    def characters(self) -> list[str]:
        """The different ones, told for people."""
        return [_told(char) for char in dict.fromkeys(self.text[one.column] for one in self.hidden)]


def _told(character: str) -> str:
    return f"U+{ord(character):04X} {name(character, 'unnamed').lower()}"


def _fix(file: ChangedFile, line: _Line) -> Fix | None:
    """Taking them away; not where the contents are no UTF-8, or only a part of them is known."""
    raw = (file.new or b"").split(b"\n")[line.number]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    gone = {one.column for one in line.hidden}
    clean = "".join(char for column, char in enumerate(text) if column not in gone)
    replacement = Replacement(line.number, line.number + 1, clean + "\n")
    return Fix("remove the hidden characters", (replacement,)) if file.is_whole else None


def _is_parsed(file: ChangedFile, ground: Ground) -> bool:
    return ground.syntax.faults(file.path, file.new or b"") is not None
