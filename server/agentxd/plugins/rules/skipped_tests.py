"""The rule test-skipped: tests that the change keeps from running."""

from collections import Counter
from collections.abc import Iterator

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.blocks import indent_of
from agentxd.plugins.rules.cases import Case, Cases, is_test_file, new_cases, old_cases
from agentxd.plugins.rules.departures import lines_at, new_ranges
from agentxd.plugins.rules.skips import Skip, is_skipped, may_skip, skips_in
from agentxd.plugins.rules.text import is_touched

_LINK = Lazy(
    r"https?://|(?:^|[\s(\"'`:])(?:#|GH-?|gh-?)\d+|\b[A-Z]{2,}-\d+"
    r"|\b(?:[Ii]ssue|[Bb]ug|[Pp][Rr])s?[ #/]*\d+"
)
_REASON = Lazy(r"[\"'`][^\"'`]{4,}|//|/\*|#\s*\w")
_STRICT = Lazy(r"strict\s*=\s*True")
_CONDITION = Lazy(
    r"^\}?\s*(?:if|else|elif|elsif|unless|switch|case|select|for|while|except|catch|rescue|try|when"
    r"|with|match|default)\b"
)
_RETURN = Lazy(r"\s*return(?:\s*;|\s+(?:None|nil|undefined|true)\s*;?)?\s*$")
_CODE = Lazy(r"\w.*\(|\bassert\b")
_TITLE = Lazy(r"""(["'`]).{2,200}?\1""")
_TOP = 6
_SPREAD = 4
"""Lines over which a mark with its reason goes."""


class SkippedTests:
    """Looks at the lines that a change adds to files of tests."""

    info = RuleInfo(
        id="test-skipped",
        title="test kept from running",
        severity=Severity.WARNING,
        doc=(
            "A skipped test is green and says nothing; `.only` is worse, for it skips all others "
            "in silence.\n\n"
            "Found are marks and calls that keep a test from running wherever it runs: skip and "
            "xfail of pytest and unittest, `t.Skip` in Go, `#[ignore]`, `@Disabled` and "
            "`@Ignore`, `Skip =` of xUnit, `it.skip`, `xit`, `test.fixme`, `skip` and `pending` "
            "of RSpec, `markTestSkipped`, and a `return` as a test's first statement; `.only`, "
            "`fit` and `fdescribe` are errors. Skips under a condition (a platform, a missing "
            "tool) are not found. With a reason and a link to what it waits for, or on a test "
            "that the change brings itself, it is a note.\n\n"
            "Mend the test, or say why it waits, and for what."
        ),
        bad=(
            Example(
                "tests/test_a.py",
                "import pytest\n\n\n@pytest.mark.skip\ndef test_f():\n    assert f(1) == 2\n",
                "import pytest\n\n\ndef test_f():\n    assert f(1) == 2\n",
            ),
            Example(
                "tests/test_b.py",
                "def test_f():\n    return\n    assert f(1) == 2\n",
                "def test_f():\n    assert f(1) == 2\n",
            ),
            Example(
                "src/a.test.ts",
                "it.only('adds', () => {\n  expect(add(1)).toBe(2)\n})\n",
                "it('adds', () => {\n  expect(add(1)).toBe(2)\n})\n",
            ),
            Example(
                "test/a.spec.js",
                "xdescribe('add', () => {\n  it('adds', () => {\n    add(1, 2)\n  })\n})\n",
                "describe('add', () => {\n  it('adds', () => {\n    add(1, 2)\n  })\n})\n",
            ),
            Example(
                "a_test.go",
                'package a\n\nfunc TestA(t *testing.T) {\n\tt.Skip("flaky")\n\tcheck(t, 1)\n}\n',
                "package a\n\nfunc TestA(t *testing.T) {\n\tcheck(t, 1)\n}\n",
            ),
            Example(
                "src/lib.rs",
                "#[test]\n#[ignore]\nfn a() {\n    assert_eq!(f(), 1);\n}\n",
                "#[test]\nfn a() {\n    assert_eq!(f(), 1);\n}\n",
            ),
            Example(
                "src/test/java/ATest.java",
                "class ATest {\n  @Test\n  @Disabled\n  void a() {\n    check(1, f());\n  }\n}\n",
                "class ATest {\n  @Test\n  void a() {\n    check(1, f());\n  }\n}\n",
            ),
            Example(
                "spec/a_spec.rb",
                "it 'adds' do\n  skip\n  expect(add(1)).to eq(2)\nend\n",
                "it 'adds' do\n  expect(add(1)).to eq(2)\nend\n",
            ),
        ),
        good=(
            Example(
                "tests/test_a.py",
                "@pytest.mark.skipif(sys.platform == 'win32', reason='no fork')\n"
                "def test_f():\n    if not a:\n        pytest.skip('no a')\n    assert f(1) == 2\n",
                "def test_f():\n    assert f(1) == 2\n",
            ),
            Example(
                "a_test.go",
                "package a\n\nfunc TestA(t *testing.T) {\n\tif short() {\n\t\tt.Skip()\n\t}\n"
                "\tcheck(t, 1)\n}\n",
                "package a\n\nfunc TestA(t *testing.T) {\n\tcheck(t, 1)\n}\n",
            ),
            Example("src/a.ts", "const a = list.only(1).skip(2)\n"),
            Example(
                "test/a.spec.js",
                "// it.skip('later')\nconst text = `\nit.only('adds')\n`\nit('adds', () => {})\n",
                "it('adds', () => {})\n",
            ),
            Example(
                "tests/lib.rs",
                "#[test]\n#[cfg_attr(miri, ignore)]\nfn a() {\n    f();\n}\n",
                "#[test]\nfn a() {\n    f();\n}\n",
            ),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """One finding for each place that keeps tests from running."""
        if not file.new or file.is_binary or not file.is_whole or file.is_generated:
            return
        language = ground.syntax.language(file.path, file.new[:200])
        if not is_test_file(file.path, language):
            return
        added = lines_at(file.new, new_ranges(file))
        has_skip = may_skip(language, added)
        has_return = any("return" in line and _RETURN.match(line) for line in added)
        if has_skip or has_return:
            new = new_cases(file, ground)
            if has_skip:
                yield from self._skips(file, language, new, old_cases(file, ground))
            yield from self._returns(file, new)

    def _skips(self, file: ChangedFile, language: str, new: Cases, old: Cases) -> Iterator[Finding]:
        before = Counter(line.strip() for line in old.code)
        for skip in skips_in(language, list(new.code)):
            text = new.code[skip.line].strip()
            if not is_touched(file, skip.line):
                before[text] -= 1
                continue
            case = _case_at(new, skip.line)
            if before[text] > 0 and not skip.is_only:
                before[text] -= 1
            elif skip.is_call and not (case and _is_always(new.code, skip.line)):
                continue
            elif (severity := _severity(skip, case, new, old)) is not None:
                yield self._finding(file, skip, case, severity)

    def _returns(self, file: ChangedFile, new: Cases) -> Iterator[Finding]:
        for case in new.cases:
            inside = range(case.line + 1, case.end)
            lines = [n for n in inside if new.code[n].strip(" \t\x01;,)")]
            if not lines or not is_touched(file, lines[0]):
                continue
            if _RETURN.match(new.code[lines[0]]) and any(
                _CODE.search(new.code[n]) for n in lines[1:]
            ):
                yield Finding(
                    rule=self.info.id,
                    severity=self.info.severity,
                    path=file.path,
                    line=lines[0],
                    message=f"{_shown(case)} returns before it tests anything",
                    advice="Take the return away, or the test",
                )

    def _finding(
        self, file: ChangedFile, skip: Skip, case: Case | None, severity: Severity
    ) -> Finding:
        what = _shown(case) if case else "a group of tests"
        message = f"`{skip.word}` keeps {what} from running"
        if skip.is_only:
            message = f"`{skip.word}` keeps all other tests of the file from running"
        return Finding(
            rule=self.info.id,
            severity=severity,
            path=file.path,
            line=skip.line,
            message=message,
            advice="Take it away before the change is shared"
            if skip.is_only
            else "Mend the test, or give a reason and a link to what it waits for",
        )


def _severity(skip: Skip, case: Case | None, new: Cases, old: Cases) -> Severity | None:
    """None for a test that did not run before either."""
    if skip.is_only:
        return Severity.ERROR
    if not old.cases or (case is None and _is_new_group(skip, new, old)):
        return Severity.NOTE
    if case is not None:
        before = next((one for one in old.cases if one.name == case.name), None)
        if before is None:
            return Severity.NOTE
        if is_skipped("\n".join(old.code[before.start : before.end][:_TOP])):
            return None
    around = "\n".join(new.lines[max(skip.line - 2, 0) : skip.line + _SPREAD])
    is_told = _REASON.search(around) and (_LINK.search(around) or _STRICT.search(around))
    return Severity.NOTE if is_told else Severity.WARNING


def _is_new_group(skip: Skip, new: Cases, old: Cases) -> bool:
    """Whether what is skipped was not there before: a class, a group of its name."""
    head = skip.line
    while head + 1 < len(new.code) and new.code[head].lstrip().startswith(("@", "[", "#[")):
        head += 1
    title = _TITLE.search(new.lines[head])
    name = title[0] if title else new.lines[head].strip()
    return not any(name in line for line in old.lines)


def _case_at(cases: Cases, line: int) -> Case | None:
    return next((case for case in cases.cases if case.start <= line < case.end), None)


def _is_always(code: tuple[str, ...], line: int) -> bool:
    """Whether no condition stands above a call that stops a test."""
    depth = indent_of(code[line])
    for number in range(line - 1, max(line - 200, -1), -1):
        above = code[number]
        if above.strip() and indent_of(above) < depth:
            return _CONDITION.match(above.strip()) is None
    return True


def _shown(case: Case) -> str:
    return "`" + "".join(sign if sign.isprintable() else " " for sign in case.name)[:60] + "`"
