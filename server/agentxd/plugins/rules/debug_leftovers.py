"""The rule debug-leftover: what somebody put in to look at a program, and forgot."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
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
from agentxd.plugins.rules.debug_calls import (
    CALLS,
    MARKUP,
    ONLY_WITH_EVIDENCE,
    SURE,
    TALK,
    DebugCalls,
    is_allowed,
    is_program,
)
from agentxd.plugins.rules.paths import (
    is_document,
    is_example,
    is_foreign,
    is_script,
    is_test,
    suffix,
)
from agentxd.plugins.rules.text import (
    lines_of,
    places_of,
    removed_lines,
    text_of,
    touched_first,
)

_LONGEST_LINE = 1_000
_MOST_PRINTS = 4
"""In a new file; one that prints more than so often does it on purpose."""
_MOST_ABOVE = 120
"""Lines in which the heads of the blocks around a call are looked for."""
_ABOUT_DEBUGGING = Lazy(r"(?i)debug|pdb|trace|inspect|repl|shell|print|log")
_HEAD = Lazy(r"^\s*(?:\}?\s*else\b.*|(?:if|for|while|foreach|elseif)\b.*\))\s*$")
_GOES_ON = ("=", "(", "[", ",", "&&", "||", "\\", "=>", "->", "?", ":", "+", "else", "do", "return")
_STRING = Lazy(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
_STATEMENT = Lazy(
    r"\s*(?:import \w+\s*;\s*)?(?:await )?\\?[\w.:!]+(?P<rest>[ (\[{].*|;?)$|\s*(?:import|from) .*$"
)


class DebugLeftovers:
    """Finds debugger calls, dumps, and prints in what is neither program, script nor test."""

    info = RuleInfo(
        id="debug-leftover",
        title="debugging code left in",
        severity=Severity.WARNING,
        doc=(
            "A debugger call stops whoever runs the code, and a dump shows values to whoever reads "
            "the output. Found as warnings are calls with no other use (`breakpoint()`, "
            "`pdb.set_trace()`, `debugger`, `dbg!`, `binding.pry`, `var_dump`, `dd`) and prints "
            "whose text says what they were for (`print('here')`, `console.log('DEBUG', x)`, "
            '`print(f"{x=}")`). Other prints are notes, and only in files that did not print '
            "before, and are no program, script, test, example or document.\n\n"
            "Comments and strings are not looked at, nor lines that are marked as meant "
            "(`noqa`, `eslint-disable`), that depend on a debug switch, or that were only moved."
        ),
        bad=(
            Example("app/views.py", "def view(request):\n    breakpoint()\n    return 1\n"),
            Example(
                "src/cart.ts", "export function total(c: Cart) {\n  debugger;\n  return 1;\n}\n"
            ),
            Example("src/price.js", "export const a = (b) => {\n  console.log('here', b);\n};\n"),
            Example("src/lib.rs", "pub fn a(b: u8) -> u8 {\n    dbg!(b);\n    b\n}\n"),
            Example("app/models/user.rb", "def name\n  binding.pry\n  @name\nend\n"),
            Example("src/Cart.php", "<?php\nfunction a($b) {\n    var_dump($b);\n}\n"),
            Example("lib/parse.py", "def parse(text):\n    print(text)\n    return text\n"),
        ),
        good=(
            Example("app/cli.py", "def main():\n    print('done')\n"),
            Example("tests/test_a.py", "def test_a():\n    print('x')\n"),
            Example("src/a.js", "// debugger;\nexport const a = 'console.log(1)';\n"),
            Example("src/main.rs", 'fn main() {\n    println!("hello");\n}\n'),
            Example("a.py", "def a(verbose):\n    if verbose:\n        print('here')\n"),
            Example("src/b.php", "<?php\nclass A {\n    public function dd($x) {}\n}\n"),
            Example("main.go", 'package main\n\nfunc a() {\n\tfmt.Println("a")\n}\n'),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """Those of the change first."""
        content = file.new
        if not content or file.is_binary or file.is_generated or is_foreign(file.path):
            return
        language = _language(file, ground)
        calls = CALLS.get(language)
        if calls is None or not any(hint in content for hint in calls.hints):
            return
        if is_document(file.path if language != MARKUP else file.path.rpartition("/")[0] + "/"):
            return
        found = list(_matches(file, calls))
        if found:
            yield from touched_first(file, self._kept(file, ground, found))

    def _kept(self, file: ChangedFile, ground: Ground, found: list["_Match"]) -> Iterator[Finding]:
        places, text = places_of(file, ground), text_of(file)
        lines = lines_of(text)
        language = _language(file, ground)
        tests_from = _tests_from(lines) if language == "rust" else len(lines)
        is_quiet = language in ONLY_WITH_EVIDENCE or _is_printing(file, text, found)
        for match in found:
            path = file.path if match.line < tests_from else f"tests/{file.path}"
            severity = _severity(path, match, is_quiet=is_quiet)
            if severity is not None and not places.kind_at(match.line, match.column):
                yield Finding(
                    rule=self.info.id,
                    severity=severity,
                    path=file.path,
                    line=match.line,
                    column=match.column,
                    end_column=match.column + len(match.call),
                    message=f"{match.call.strip()} looks like a leftover of debugging",
                    advice="Take it away, or log it",
                    fix=_fix(file, lines, match, language),
                )


def _tests_from(lines: Sequence[str]) -> int:
    """The line at which the tests of a Rust file begin."""
    return next((n for n, line in enumerate(lines) if line.startswith("#[cfg(test)]")), len(lines))


def _language(file: ChangedFile, ground: Ground) -> str:
    is_page = suffix(file.path) in ("html", "htm", "vue", "svelte", "astro", "ejs")
    return MARKUP if is_page else ground.syntax.language(file.path, (file.new or b"")[:200])


class _Match(Struct, frozen=True):
    """A call that may be a leftover."""

    line: int
    column: int
    call: str
    is_stop: bool
    text: str
    """The rest of its line."""


def _matches(file: ChangedFile, calls: DebugCalls) -> Iterator[_Match]:
    """Calls that were not only moved, and that nobody marked as meant."""
    gone = removed_lines(file)
    lines = lines_of(text_of(file))
    for number, line in enumerate(lines):
        match = _first(calls, line) if len(line) < _LONGEST_LINE else None
        if match is None or line.strip() in gone:
            continue
        found, is_stop = match
        if not is_allowed(line, () if is_stop else _around(lines, number)):
            call = found[0].strip().rstrip("([{< ")
            yield _Match(number, _start(found), call, is_stop, line[found.start() :])


def _around(lines: Sequence[str], number: int) -> Iterator[str]:
    """The line above, and heads of the blocks around, innermost first."""
    if number:
        yield lines[number - 1][:_LONGEST_LINE]
    width = _indent(lines[number])
    for above in range(number - 1, max(-1, number - _MOST_ABOVE), -1):
        line = lines[above][:_LONGEST_LINE]
        if line.strip() and _indent(line) < width:
            yield line
            width = _indent(line)


def _first(calls: DebugCalls, line: str) -> tuple[re.Match[str], bool] | None:
    stop = calls.stops.search(line) if calls.stops else None
    if stop is not None:
        is_definition = re.search(r"\b(?:function|def|fn|func)\s+$", line[: stop.start()])
        return None if is_definition else (stop, True)
    found = calls.prints.search(line) if calls.prints else None
    return (found, False) if found else None


def _start(match: re.Match[str]) -> int:
    return match.start() + len(match[0]) - len(match[0].lstrip())


def _severity(path: str, match: _Match, *, is_quiet: bool) -> Severity | None:
    """None where it is as good as meant."""
    is_aside = is_test(path) or is_example(path)
    if match.is_stop:
        is_own = _ABOUT_DEBUGGING.search(path) is not None
        return Severity.NOTE if is_own or is_aside else Severity.WARNING
    if SURE.search(match.text) or (TALK.search(match.text) and not is_quiet):
        is_own = is_script(path.rpartition("/")[0] + "/")
        return Severity.NOTE if is_aside or is_own else Severity.WARNING
    return None if is_quiet or is_aside else Severity.NOTE


def _is_printing(file: ChangedFile, text: str, found: Sequence[_Match]) -> bool:
    """Whether printing is what the file does anyway."""
    n_prints = sum(1 for match in found if not match.is_stop)
    if is_script(file.path) or is_program(text) or n_prints > _MOST_PRINTS:
        return True
    old = (file.old or b"").decode(errors="replace")
    return any(match.call in old for match in found if not match.is_stop)


def _fix(file: ChangedFile, lines: Sequence[str], match: _Match, language: str) -> Fix | None:
    """Taking the line away, where it is a statement of its own and nothing depends on it."""
    line = lines[match.line]
    is_first = match.column == _indent(line)
    if not (file.is_whole and is_first and _is_alone(line, language)):
        return None
    above = next((one for one in reversed(lines[: match.line]) if one.strip()), "")
    below = next((one for one in lines[match.line + 1 :] if one.strip()), "")
    if language == "python" and above.rstrip().endswith(":") and _indent(below) != _indent(line):
        return None
    if language != "python" and (_HEAD.match(above) or above.rstrip().endswith(_GOES_ON)):
        return None
    if language == "go" and _n_lines(lines, match.call.partition(".")[0] + ".") < 2:  # noqa: PLR2004
        return None  # the import would be left without use, and Go refuses that
    return Fix("take the line away", (Replacement(match.line, match.line + 1, ""),))


def _n_lines(lines: Sequence[str], part: str) -> int:
    """In how many lines it stands."""
    return sum(1 for line in lines if part in line)


def _is_alone(line: str, language: str) -> bool:
    """One call, with all of its brackets, and nothing before or after it."""
    bare = _STRING.sub("''", line).split("//")[0] if language != "python" else line
    bare = _STRING.sub("''", bare).rstrip()
    statement = _STATEMENT.match(bare)
    if statement is None or (language == "rust" and not bare.endswith(";")):
        return False
    depth, n_closed = 0, 0
    rest = (statement["rest"] or "").rstrip(";").strip()
    for index, char in enumerate(rest):
        depth += (char in "([{") - (char in ")]}")
        n_closed += depth == 0 and char in ")]}" and index < len(rest) - 1
        if depth < 0:
            return False
    return depth == 0 and n_closed == 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
