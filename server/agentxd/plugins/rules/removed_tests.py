"""The rule test-removed: tests that are gone while what they tested stays."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.cases import Case, Cases, may_lose_cases, new_cases, old_cases
from agentxd.plugins.rules.departures import (
    Departures,
    Tests,
    new_line,
    share_kept,
    without,
    words_of,
)
from agentxd.plugins.rules.skips import is_skipped

_WORDS = Lazy(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_MOST_NAMES = 3
_MOVED = 0.4
"""Share of a test's lines that come back elsewhere, from which on it was moved or taken apart."""
_ALIKE = 0.5
_TOP = 6
"""Lines of a test in which it says that it does not run."""
_MERGED = Lazy(
    r"parametrize|\.each\b|test_case|TestCase|@ParameterizedTest|InlineData|DataProvider|dataProvider"
    r"|#\[case|t\.Run\(|subTest|@Values"
)


class _Look(Struct, frozen=True):
    """What a changed file of tests was and is."""

    file: ChangedFile
    old: Cases
    new: Cases
    gone: tuple[Case, ...]
    come: tuple[Case, ...]


class RemovedTests:
    """Looks at the tests of a change together, because they move between files."""

    info = RuleInfo(
        id="test-removed",
        title="test removed while the code stays",
        severity=Severity.WARNING,
        doc=(
            "A test that fails is easily deleted; what it guarded is then guarded by nobody.\n\n"
            "Found are test functions and cases that a change removes, and whole files of tests, "
            "in pytest and unittest, Go, Rust, JUnit, xUnit and NUnit, Jest, Vitest and Mocha, "
            "RSpec and Minitest, PHPUnit and Pest, GoogleTest and Catch2. A test that moved to "
            "another file, got another name, or was taken up by another test is not found. It is "
            "a note where names that the test uses went with it, or where new tests stand in the "
            "same file.\n\nBring the test back, or say in the commit what covers its subject now."
        ),
        bad=(
            Example(
                "tests/test_a.py",
                "def test_one():\n    assert f(1) == 2\n",
                "def test_one():\n    assert f(1) == 2\n\n\ndef test_limits():\n"
                "    limit = g(9)\n    assert limit.upper == 10\n",
            ),
            Example(
                "src/a.test.ts",
                "it('adds', () => {\n  expect(add(1)).toBe(2)\n})\n",
                "it('adds', () => {\n  expect(add(1)).toBe(2)\n})\n\n"
                "it('refuses text', () => {\n  expect(() => add('a')).toThrow(TypeError)\n})\n",
            ),
            Example(
                "a_test.go",
                'package a\n\nimport "testing"\n',
                'package a\n\nimport "testing"\n\nfunc TestLimit(t *testing.T) {\n'
                "\tif got := limit(9); got != 10 {\n\t\tt.Fatal(got)\n\t}\n}\n",
            ),
            Example(
                "src/lib.rs",
                "pub fn f() -> u8 { 1 }\n",
                "pub fn f() -> u8 { 1 }\n\n#[test]\nfn gives_one() {\n    assert_eq!(f(), 1);\n}\n",
            ),
            Example(
                "src/test/java/ATest.java",
                "class ATest {\n}\n",
                "class ATest {\n  @Test\n  void givesOne() {\n    assertEquals(1, new A().f());\n"
                "  }\n}\n",
            ),
        ),
        good=(
            Example(
                "tests/test_a.py",
                "def test_two():\n    limit = g(9)\n    assert limit.upper == 10\n",
                "def test_one():\n    limit = g(9)\n    assert limit.upper == 10\n",
            ),
            Example(
                "src/a.test.ts",
                "it.each([1, 2])('adds %s', (n) => {\n  expect(add(n)).toBe(n + 1)\n})\n",
                "it('adds 1', () => {\n  expect(add(1)).toBe(2)\n})\n"
                "it('adds 2', () => {\n  expect(add(2)).toBe(3)\n})\n",
            ),
            Example("src/testing.py", "def f():\n    pass\n", "def testing():\n    pass\n"),
            Example(
                "a_test.go", "package a\n", "package a\n\nfunc helper() int {\n\treturn 1\n}\n"
            ),
        ),
    )

    def look_at_all(self, ground: Ground) -> Iterator[Finding]:
        """Findings at the places where the tests were."""
        if not any(_may_lose(file, ground) for file in ground.change.files):
            return
        looks = [look for file in ground.change.files if (look := _look(file, ground)) is not None]
        if not any(look.gone for look in looks):
            return
        departures = Departures(ground.change, {look.file.path: _tests(look) for look in looks})
        come = [case for look in looks for case in look.come]
        for look in looks:
            yield from self._findings(look, departures, come)

    def _findings(
        self, look: _Look, departures: Departures, come: Sequence[Case]
    ) -> Iterator[Finding]:
        gone: dict[Severity, list[Case]] = {}
        names = {case.name for case in come}
        for case in look.gone:
            if case.name in names:
                continue
            if (severity := _severity(case, look, come, departures)) is not None:
                gone.setdefault(severity, []).append(case)
        for severity, cases in gone.items():
            yield self._finding(look.file, severity, cases)

    def _finding(self, file: ChangedFile, severity: Severity, cases: Sequence[Case]) -> Finding:
        is_all = file.new is None
        names = [_shown(case.name) for case in cases[:_MOST_NAMES]]
        more = f" and {len(cases) - _MOST_NAMES} more" if len(cases) > _MOST_NAMES else ""
        what = "the file of tests is gone, with" if is_all else "gone:"
        return Finding(
            rule=self.info.id,
            severity=severity,
            path=file.path,
            line=0 if is_all else new_line(file, cases[0].line),
            message=f"{what} {', '.join(names)}{more}"
            if is_all
            else f"{_counted(len(cases))} {what} {', '.join(names)}{more}",
            advice="Bring it back, or say in the commit what covers its subject now",
            is_about_file=is_all,
            is_about_removal=True,
            anchor=" ".join(sorted(case.name for case in cases)[:20]),
        )


def _may_lose(file: ChangedFile, ground: Ground) -> bool:
    if file.is_binary or not file.is_whole or file.is_generated or not file.old:
        return False
    language = ground.syntax.language(file.old_path or file.path, file.old[:200])
    return may_lose_cases(file, language)


def _look(file: ChangedFile, ground: Ground) -> _Look | None:
    """None for what cannot hold a test."""
    if file.is_binary or not file.is_whole or file.is_generated or (file.old and not file.spans):
        return None
    old, new = old_cases(file, ground), new_cases(file, ground)
    if not old.cases and not new.cases:
        return None
    went, came = without(old.cases, new.cases, _name), without(new.cases, old.cases, _name)
    return _Look(file, old, new, went, came)


def _name(case: Case) -> str:
    return case.name


def _tests(look: _Look) -> Tests:
    old = tuple((case.start, case.end) for case in look.old.cases)
    return Tests(old, tuple((case.start, case.end) for case in look.new.cases))


def _severity(
    case: Case, look: _Look, come: Sequence[Case], departures: Departures
) -> Severity | None:
    """None for what goes on under another name or in another place, or did not run before."""
    body = look.old.body(case)
    if _goes_on(case, body, look, departures) or _did_not_run(case, look.old):
        return None
    name = look.file.path.rpartition("/")[2]
    if look.come or _is_merged(look, departures) or name in departures.new_names:
        return Severity.NOTE
    if any(_share(_parts(case.name), _parts(other.name)) > _ALIKE for other in come):
        return Severity.NOTE
    used = words_of([*body, case.name])
    is_less = departures.is_code_less or not departures.gone_names.isdisjoint(used)
    return Severity.NOTE if is_less else Severity.WARNING


def _goes_on(case: Case, body: Sequence[str], look: _Look, departures: Departures) -> bool:
    """Whether it was moved, renamed, taken up by another, or was there twice."""
    if share_kept(body, departures.added_lines) >= _MOVED:
        return True
    if any(_are_alike(case, other, look) for other in look.come):
        return True
    return any(set(body) <= set(look.new.body(other)) for other in look.new.cases)


def _did_not_run(case: Case, old: Cases) -> bool:
    return is_skipped("\n".join(old.code[case.start : case.end][:_TOP]))


def _are_alike(case: Case, other: Case, look: _Look) -> bool:
    """Whether the other one may be the same under a new name."""
    left, right = _parts(case.name), _parts(other.name)
    if _share(left, right) >= _ALIKE:
        return True
    return _share(words_of(look.old.body(case)), words_of(look.new.body(other))) >= _ALIKE


def _is_merged(look: _Look, departures: Departures) -> bool:
    """Whether rows of a table came into the file."""
    added = departures.added_lines
    lines = (line.strip() for line in look.new.lines)
    return any(line in added and _MERGED.search(line) for line in lines)


def _share(left: set[str], right: set[str]) -> float:
    both = left | right
    return len(left & right) / len(both) if both else 0.0


def _parts(name: str) -> set[str]:
    return {part.lower() for part in _WORDS.findall(name)} - {"test", "should", "it"}


def _shown(name: str) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in name)
    return f"`{text[:60]}`"


def _counted(number: int) -> str:
    return "a test is" if number == 1 else f"{number} tests are"
