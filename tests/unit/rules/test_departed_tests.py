"""Tests that go, move, merge or stop running: what is told, and how badly."""

import pytest
from agentxd.kernel.review import Change, Severity
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.removed_tests import RemovedTests
from agentxd.plugins.rules.skipped_tests import SkippedTests
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, changed, findings_of

TEST = "def test_limit():\n    limit = limit_of(9)\n    assert limit.upper == 10\n"
OTHER = "def test_other():\n    assert other(1) == 2\n"


def ground(*files):
    change = Change(files=tuple(changed(path, bytes_of(a), bytes_of(b)) for path, a, b in files))
    return Standing(change, ReviewSyntax(), MemoryTree({}))


def bytes_of(text):
    return None if text is None else text.encode()


def severities(rule, *files):
    return [one.severity.value for one in findings_of(rule, ground(*files))]


def removed(*files):
    return severities(RemovedTests(), *files)


def skipped(*files):
    return severities(SkippedTests(), *files)


def test_a_test_alone_that_goes_is_a_warning():
    assert removed(("tests/test_a.py", OTHER + TEST, OTHER)) == ["warning"]


def test_a_file_of_tests_that_goes_is_told_once():
    [finding] = findings_of(RemovedTests(), ground(("tests/test_a.py", OTHER + TEST, None)))
    assert finding.is_about_file
    assert "`test_other`, `test_limit`" in finding.message


def test_many_tests_of_a_file_are_one_finding():
    many = "".join(f"def test_{word}():\n    assert f('{word}') == 1\n\n" for word in "abcdef")
    [finding] = findings_of(RemovedTests(), ground(("tests/test_a.py", OTHER + many, OTHER)))
    assert finding.message == "6 tests are gone: `test_a`, `test_b`, `test_c` and 3 more"


@pytest.mark.parametrize(
    "files",
    [
        [("tests/test_a.py", OTHER + TEST, OTHER), ("tests/test_b.py", OTHER, OTHER + TEST)],
        [("tests/test_a.py", TEST, None), ("tests/unit/test_a.py", None, TEST)],
        [("tests/test_a.py", TEST, TEST.replace("test_limit", "test_upper_end"))],
        [("tests/test_a.py", TEST + OTHER, OTHER + TEST)],
        [("tests/test_a.py", TEST + TEST.replace("limit()", "twice()"), TEST)],
        [("src/a.py", OTHER + TEST, OTHER)],
        [("tests/test_a.py", "def helper():\n    return 1\n", "")],
    ],
    ids=[
        "moved",
        "moved with its file",
        "renamed",
        "order",
        "there twice",
        "no test file",
        "helper",
    ],
)
def test_what_goes_on_is_not_told(files):
    assert removed(*files) == []


@pytest.mark.parametrize(
    "code",
    [
        ("src/a.py", "def limit_of(a):\n    return a\n", "def other(a):\n    return a\n"),
        ("src/a.py", "def limit_of(a):\n    return a\n", None),
    ],
    ids=["its subject was renamed", "its subject is gone"],
)
def test_with_the_code_it_is_a_note(code):
    assert removed(("tests/test_a.py", OTHER + TEST, OTHER), code) == ["note"]


def test_where_new_tests_stand_it_is_a_note():
    new = "def test_entirely_different():\n    shape = Shape('round')\n    assert shape.area > 3\n"
    assert removed(("tests/test_a.py", OTHER + TEST, OTHER + new)) == ["note"]


def test_a_test_that_did_not_run_may_go():
    dead = "@pytest.mark.skip\n" + TEST
    assert removed(("tests/test_a.py", OTHER + dead, OTHER)) == []


def mark(text):
    return ("tests/test_a.py", TEST, text + TEST)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("@pytest.mark.skip\n", "warning"),
        ("@pytest.mark.skip(reason='flaky')\n", "warning"),
        ("@pytest.mark.skip(reason='see https://example.org/1')\n", "note"),
        ("@pytest.mark.xfail(reason='fails until #12 is mended', strict=True)\n", "note"),
        ("@unittest.skip('later')\n", "warning"),
        ("@unittest.expectedFailure\n", "warning"),
    ],
)
def test_a_reason_with_a_link_makes_it_a_note(text, severity):
    assert skipped(mark(text)) == [severity]


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skipif(sys.platform == 'win32', reason='no fork')\n",
        "@unittest.skipUnless(tool, 'no tool')\n",
        "# @pytest.mark.skip\n",
        "@pytest.mark.slow\n",
    ],
)
def test_conditions_and_comments_skip_nothing(text):
    assert skipped(mark(text)) == []


def test_a_skipped_test_that_is_new_is_a_note():
    new = "@pytest.mark.skip\n" + TEST
    assert skipped(("tests/test_a.py", OTHER, OTHER + new)) == ["note"]
    assert skipped(("tests/test_a.py", None, new)) == ["note"]


def test_a_skip_that_moves_with_its_test_is_not_told():
    dead = "@pytest.mark.skip\n" + TEST
    assert skipped(("tests/test_a.py", dead + OTHER, OTHER + dead)) == []


def test_only_is_an_error():
    old = "it('adds', () => {\n  expect(add(1)).toBe(2)\n})\n"
    assert skipped(("a.test.ts", old, old.replace("it(", "it.only("))) == [Severity.ERROR.value]
    assert skipped(("a.test.ts", old, old.replace("it(", "fit("))) == [Severity.ERROR.value]
    assert skipped(("a.ts", "a\n", "list.only('a')\n")) == []
