"""Test cases of a file: where each begins and ends, in the languages that tests are written in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.blocks import block_end
from agentxd.plugins.rules.departures import lines_at, new_ranges, old_ranges
from agentxd.plugins.rules.masking import masked_lines
from agentxd.plugins.rules.paths import is_test

_SCRIPT = (
    r"^(?P<indent>\s*)(?P<call>(?:[xf]?it|[xf]?test|x?specify)(?:\.\w+)*)"
    r"\s*(?:\.each\b.*|[(<`].*|$)"
)
_CALLED = r"(?P<call>it|specify|test|scenario|example|xit|xspecify|fit|pending|skip)\b"
_METHOD = r"^\s*(?:[\w<>\[\].,?@]+\s+)*(?P<name>\w+)\s*(?:<[^>]*>\s*)?\("
_HEADERS = {
    "python": r"^\s*(?:async\s+)?def\s+(?P<name>test\w*)\s*[(\[]",
    "go": r"^func\s+(?:\([^)]*\)\s*)?(?P<name>(?:Test|Fuzz|Example)(?![a-z])\w*)\s*\(",
    "rust": r"^\s*(?:pub\s+)?(?:async\s+)?(?:unsafe\s+)?fn\s+(?P<name>\w+)",
    "java": _METHOD,
    "csharp": _METHOD,
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "ruby": rf"^\s*(?:def\s+(?P<name>test_\w+[?!]?)|{_CALLED}\s*[( ]?.*(?:\bdo\b|\{{))",
    "php": r"^\s*(?:(?:\w+\s+)*function\s+(?P<name>\w+)\s*\(|(?P<call>it|test)\s*\()",
    "c": r"^\s*(?P<name>(?:TEST\w*|TYPED_TEST|SCENARIO|BOOST_\w*TEST_CASE)\s*\([^)]*\))",
}
_HEADERS["cpp"] = _HEADERS["c"]
_PATTERNS = {language: Lazy(pattern) for language, pattern in _HEADERS.items()}
_HINTS = {"python": "def test", "go": "func ", "rust": "fn ", "java": "(", "csharp": "("}
"""What such a line must hold."""
_MARKS = {
    "rust": Lazy(r"#\[\s*(?:[\w:]+::)?(?:\w*test\w*|rstest|case|quickcheck|proptest)\b"),
    "java": Lazy(r"@(?:\w*Test\w*|Theory|Property|Example)\b"),
    "csharp": Lazy(r"\[\s*(?:\w+\s*,\s*)*(?:\w*Fact|\w*Theory|\w*Test\w*)\b"),
    "php": Lazy(r"@test\b|#\[\s*\\?[\w\\]*Test\b"),
}
"""What stands above a test, where its name alone does not tell."""
_ABOVE = Lazy(r"\s*(?:[@#\[*/]|\)?\]|//|\)$)")
_MOST_ABOVE = 12
_LONGEST = 1_000
"""Signs of a line that a person wrote."""
_TITLE = Lazy(r"""(["'`])((?:\\.|(?!\1).){1,200})\1""")
_NOT_NAMES = frozenset({"if", "for", "while", "switch", "catch", "return", "new", "using", "lock"})


class Case(Struct, frozen=True):
    """A test case; lines count from 0."""

    name: str
    start: int
    """First line with what stands above: attributes, decorators."""
    line: int
    """Where its name stands."""
    end: int
    """The line after its last one."""


class Cases(Struct, frozen=True):
    """The test cases of one content."""

    lines: tuple[str, ...] = ()
    """As they are."""
    code: tuple[str, ...] = ()
    """Comments and strings masked."""
    cases: tuple[Case, ...] = ()

    def body(self, case: Case) -> list[str]:
        """Lines from the name to the end, stripped, without empty ones."""
        lines = (line.strip() for line in self.lines[case.line + 1 : case.end])
        return [line for line in lines if line]


def is_test_file(path: str, language: str) -> bool:
    """Whether cases are looked for; Rust has them beside the code."""
    if language == "go":
        return path.endswith("_test.go")
    return language == "rust" or (language in _PATTERNS and is_test(path))


def old_cases(file: ChangedFile, ground: Ground) -> Cases:
    """Before the change."""
    return read_cases(file.old_path or file.path, file.old, ground)


def new_cases(file: ChangedFile, ground: Ground) -> Cases:
    """After the change."""
    return read_cases(file.path, file.new, ground)


def read_cases(path: str, content: bytes | None, ground: Ground) -> Cases:
    """Nothing for what is no test file, or no text."""
    if not content or b"\0" in content:
        return Cases()
    language = ground.syntax.language(path, content[:200])
    if not is_test_file(path, language) or not _may_have_cases(language, content):
        return Cases()
    lines = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    code = masked_lines(path, content, ground.syntax)
    raw = lines.split("\n")
    return Cases(tuple(raw), tuple(code), tuple(_cases(language, raw, code)))


def may_lose_cases(file: ChangedFile, language: str) -> bool:
    """Whether lines went that look like the head of a test, and did not come back below."""
    path = file.old_path or file.path
    pattern = _PATTERNS.get(language)
    if pattern is None or not file.old or not is_test_file(path, language):
        return False
    went = Counter(_heads(pattern, lines_at(file.old, old_ranges(file))))
    return bool(went - Counter(_heads(pattern, lines_at(file.new, new_ranges(file)))))


def _heads(pattern: Lazy[str], lines: Iterable[str]) -> Iterator[str]:
    ready = pattern.ready
    return (line.strip() for line in lines if len(line) <= _LONGEST and ready.match(line))


def _may_have_cases(language: str, content: bytes) -> bool:
    return language != "rust" or b"test" in content


def _cases(language: str, lines: Sequence[str], code: Sequence[str]) -> Iterator[Case]:
    pattern, mark = _PATTERNS[language].ready, _MARKS.get(language)
    hint = _HINTS.get(language, "")
    for number, line in enumerate(code):
        if hint not in line or len(line) > _LONGEST or (match := pattern.match(line)) is None:
            continue
        groups = match.groupdict()
        start = _start(code, number)
        name = groups.get("name") or ""
        if name in _NOT_NAMES or (
            name and not _is_marked(language, name, mark, lines[start:number])
        ):
            continue
        if groups.get("call"):
            name = _title(lines, code, number)
        if name:
            yield Case(name, start, number, block_end(code, number))


def _is_marked(language: str, name: str, mark: Lazy[str] | None, above: Sequence[str]) -> bool:
    if mark is None:
        return True
    if language == "php" and re.match(r"test[A-Z_0-9]", name):
        return True
    return any(mark.search(line) for line in above)


def _start(code: Sequence[str], line: int) -> int:
    start = line
    while start > 0 and line - start < _MOST_ABOVE and _ABOVE.match(code[start - 1]):
        start -= 1
    return start


def _title(lines: Sequence[str], code: Sequence[str], number: int) -> str:
    """The literal that a call begins with, in its line or the next ones; else how it begins."""
    for line in lines[number : number + 3]:
        match = _TITLE.search(line)
        if match is not None:
            return match[2]
    return code[number].strip()[:120] if "\x01" in code[number] or "(" in code[number] else ""
