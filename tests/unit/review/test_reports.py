"""What each report says of an ordinary review, and of one that is not complete."""

import json

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Finding, Fix, Replacement, Review, RuleFailure, Severity
from agentxd.review.reports import FORMATS, render
from agentxd.review.reports.markdown import code, prose
from agentxd.review.reports.sarif import uri
from jsonschema import Draft7Validator
from msgspec.structs import replace
from unit.review.reviews import (
    CALL,
    PASSWORD,
    SECRET,
    SOURCES,
    TOKEN,
    parsed_xml,
    sample,
    without_code,
)
from unit.review.sarif_schema import LOG

TEXT = """\
src/app.py:5:3
✖ error: the shell is given `cmd` as it comes
  4 │     if cmd:
  5 │         os.system(cmd + '中文')
    │         ^^^^^^^^^^^^^^
  6 │     return 1
  see src/main.py:13: called here
  → pass a list to subprocess.run
  fix: use a list (agentxd review --fix)
  dangerous-call {0}

conf.env:2:13
✖ error: a password in a file
  1 │ A=[redacted]
  2 │ DB_PASSWORD=[redacted] # x
    │             ^^^^^^^^^^
  3 │ GITHUB=[redacted]
  secret {1}

big.bin
▲ warning: 12 MB
  large-file {2}

src/app.py:3
● note: test_x is gone
  2 │\x20
  3 │ def run(cmd):
  4 │     if cmd:
  test-removed {3}

note: the index was not asked
✖ main..HEAD: 2 errors, 1 warning, 1 note in 3 files, 20 added lines
  (130 ms)
  not shown: 2 answered, 3 below the severity floor
"""


def report(name: str, review: Review | None = None) -> str:
    return render(name, review or sample(), SOURCES, width=72)


def plain(name: str, review: Review | None = None):
    return json.loads(report(name, review))


def one(finding: Finding, content: str = "", **also) -> str:
    return render(
        "text", Review(title="", findings=(finding,)), {finding.path: content.encode()}, **also
    )


def test_text_for_a_terminal() -> None:
    assert report("text") == TEXT.format(*(f.fingerprint for f in sample().findings))


def test_colour_changes_nothing_else() -> None:
    coloured = render("text", sample(), SOURCES, is_colour=True, width=72)
    assert "\x1b[31m" in coloured
    bare = coloured
    for number in ("31", "32", "33", "36", "2", "1", "0"):
        bare = bare.replace(f"\x1b[{number}m", "")
    assert bare == report("text")


def test_a_frame_shows_what_is_meant_in_a_long_line() -> None:
    line = "x" * 500 + "中eval" + "y" * 500
    finding = replace(CALL, path="a", line=0, column=501, end_column=505, related=(), fix=None)
    rows = one(finding, line, width=40).splitlines()
    (shown,) = [row for row in rows if "eval" in row]
    under = rows[rows.index(shown) + 1]
    assert shown.endswith("…")
    assert len(shown) < 40
    assert under.index("^") == shown.index("eval") + 1  # the wide sign takes two columns
    assert under.count("^") == 4


def test_hidden_signs_are_shown_in_a_frame() -> None:
    finding = replace(CALL, path="a\u202e\n", line=0, column=-1, message="a\x1b[2Jb\u2066")
    text = one(finding, "x \u202e\x1b[31m\x07 \u200b\n")
    for sign in ("\u202e", "\x1b", "\x07", "\u200b", "\u2066"):
        assert sign not in text
    assert "a\\u{202e}\\u{a}:1" in text
    assert "x \\u{202e}\\u{1b}[31m\\u{7} \\u{200b}" in text


def test_all_lines_of_a_private_key_are_hidden() -> None:
    body = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\nshort\n-----END RSA PRIVATE KEY-----"
    for finding in (replace(SECRET, path="k", line=0, end_line=4), replace(CALL, path="k", line=2)):
        text = one(replace(finding, column=-1), body)
        assert "MIIabc" not in text
        assert "short" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_no_report_tells_a_secret(name: str) -> None:
    finding = replace(
        SECRET,
        message=f"password = '{PASSWORD}' and {TOKEN}",
        advice=f"token {TOKEN}",
        fix=Fix("x", (Replacement(1, 2, f"{TOKEN}\n"),)),
    )
    review = replace(
        sample(),
        findings=(finding, replace(CALL, path="conf.env", line=2, column=3, end_column=9)),
        failures=(RuleFailure("x", f"cannot read {TOKEN}", TOKEN),),
        notices=(TOKEN,),
        title=TOKEN,
    )
    text = report(name, review)
    assert TOKEN not in text
    assert PASSWORD not in text


INCOMPLETE = {
    "text": "This review is not complete",
    "json": '"is_complete": false',
    "sarif": '"executionSuccessful": false',
    "rdjson": "review-incomplete",
    "github": "::error title=This review is not complete::",
    "gitlab": '"severity": "blocker"',
    "junit": '<error message="',
    "markdown": "**❌ This review is not complete.**",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_tells_that_it_is_not_complete(name: str) -> None:
    for review in (sample(is_complete=False), replace(sample(is_complete=False), findings=())):
        told = report(name, review)
        assert INCOMPLETE[name] in told
        assert "KeyError" in told
        assert "time was up" in told
        assert "no findings in 3 files" not in told
    assert INCOMPLETE[name] not in report(name)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_review_is_a_report(name: str) -> None:
    assert render(name, Review(title="", findings=()), {})


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(InvalidRequestError, match="no format 'xml'"):
        render("xml", sample(), {})


def test_json_has_every_field() -> None:
    told = plain("json")
    assert told["version"] == 1
    assert told["hidden"] == {
        "n_answered": 2, "n_ignored": 0, "n_baseline": 0, "n_below": 3, "n_outside": 0,
    }  # fmt: skip
    first = told["findings"][0]
    assert (first["line"], first["end_line"], first["column"], first["end_column"]) == (5, 5, 3, 17)
    assert first["fix"]["replacements"] == [
        {"line": 5, "n_lines": 1, "text": "\t\tsubprocess.run([cmd])\n"}
    ]
    assert set(first) >= set(Finding.__struct_fields__) - {"anchor"}
    assert set(told) >= set(Review.__struct_fields__)


def test_sarif_keeps_to_the_standard() -> None:
    for review in (sample(), sample(is_complete=False), Review(title="", findings=())):
        Draft7Validator(LOG).validate(plain("sarif", review))


def test_sarif_says_what_failed() -> None:
    (run,) = plain("sarif", sample(is_complete=False))["runs"]
    (invocation,) = run["invocations"]
    told = [(n["level"], n.get("descriptor")) for n in invocation["toolExecutionNotifications"]]
    assert not invocation["executionSuccessful"]
    assert told == [
        ("error", {"id": "reviewer-failed"}),
        ("error", {"id": "not-reviewed"}),
        ("note", None),
    ]
    assert plain("sarif")["runs"][0]["invocations"][0]["executionSuccessful"]


def test_sarif_of_a_finding() -> None:
    (run,) = plain("sarif")["runs"]
    call, _, large, _ = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        "dangerous-call", "secret", "large-file", "test-removed",
    ]  # fmt: skip
    assert call["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 5, "endLine": 5, "startColumn": 3, "endColumn": 17,
    }  # fmt: skip
    assert call["partialFingerprints"] == {"agentxd/v1": sample().findings[0].fingerprint}
    (change,) = call["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"] == {
        "startLine": 5, "startColumn": 1, "endLine": 6, "endColumn": 1,
    }  # fmt: skip
    assert "region" not in large["locations"][0]["physicalLocation"]
    assert rules[0]["help"]["markdown"] == "Why.\n\nWhat to do."


def test_a_fix_of_the_last_line_ends_with_it() -> None:
    finding = replace(CALL, line=5, fix=Fix("x", (Replacement(5, 6, "new\n"),)))
    (run,) = plain("sarif", Review(title="", findings=(finding,)))["runs"]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert change["replacements"][0] == {
        "deletedRegion": {"startLine": 6, "startColumn": 1, "endLine": 6},
        "insertedContent": {"text": "new"},
    }


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("a b/ä.py", "a%20b/%C3%A4.py"),
        ("c:/x", "c%3A/x"),
        ("a#b?c%20", "a%23b%3Fc%2520"),
        ("\udcff", "%FF"),
        ("\ud800", "%5Cud800"),
    ],
)
def test_a_path_as_a_reference(path: str, reference: str) -> None:
    assert uri(path) == reference


def test_rdjson_counts_columns_in_bytes() -> None:
    finding = replace(CALL, path="a", line=0, column=2, end_column=3)
    told = json.loads(
        render("rdjson", Review(title="", findings=(finding,)), {"a": "'中x'\n".encode()})
    )
    (diagnostic,) = told["diagnostics"]
    assert diagnostic["location"]["range"] == {
        "start": {"line": 1, "column": 5}, "end": {"line": 1, "column": 6},
    }  # fmt: skip
    assert diagnostic["suggestions"] == [
        {"range": {"start": {"line": 5}, "end": {"line": 5}}, "text": "\t\tsubprocess.run([cmd])"}
    ]
    blind = json.loads(render("rdjson", Review(title="", findings=(finding,)), {}))
    assert blind["diagnostics"][0]["location"]["range"] == {
        "start": {"line": 1},
        "end": {"line": 1},
    }


def test_github_annotations() -> None:
    first, *_, last = report("github").splitlines()
    name = sample().findings[0].fingerprint
    assert first == (
        f"::error file=src/app.py,line=5,endLine=5,col=3,endColumn=17,title=dangerous-call {name}"
        "::the shell is given `cmd` as it comes; pass a list to subprocess.run"
    )
    assert last.startswith("::notice title=agentxd review::2 errors")


def test_github_escapes() -> None:
    finding = replace(CALL, path="a,b:c%\n::warning::", message="100%\r\n::error::x", advice="")
    first = report("github", Review(title="", findings=(finding,))).splitlines()[0]
    assert "file=a%2Cb%3Ac%25%0A%3A%3Awarning%3A%3A,line=" in first
    assert first.endswith("::100%25 ::error::x")


def test_gitlab_issues() -> None:
    issues = plain("gitlab", sample(is_complete=False))
    assert [issue["severity"] for issue in issues] == [
        "blocker", "blocker", "critical", "critical", "major", "info",
    ]  # fmt: skip
    assert issues[1]["location"] == {"path": "src/slow.py", "lines": {"begin": 1, "end": 1}}
    assert issues[2]["location"] == {"path": "src/app.py", "lines": {"begin": 5, "end": 5}}


def test_gitlab_issues_of_one_name_are_told_apart() -> None:
    twice = Review(title="", findings=sample().findings[:1] * 2)
    assert len({issue["fingerprint"] for issue in plain("gitlab", twice)}) == 2


def test_junit_counts() -> None:
    suite = parsed_xml(report("junit", sample(is_complete=False)))[0]
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors")}
    assert counts == {"tests": "6", "failures": "3", "errors": "2"}
    assert len(suite.findall("testcase/failure")) == 3
    assert len(suite.findall("testcase/error")) == 2
    clean = parsed_xml(report("junit", Review(title="", findings=())))[0]
    assert [clean.get("tests"), clean.get("failures"), clean.get("errors")] == ["1", "0", "0"]


HOSTILE = [
    ("<img src=x>", r"\<img src\=x\>"),
    ("a @team b", "a @\u200bteam b"),
    ("#12 and !3", "\\#\u200b12 and \\!3\u200b"),
    ("[x](javascript:1)", r"\[x\]\(javascript\:1\)"),
    ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
    ("**x** _y_ `z`", r"\*\*x\*\* \_y\_ \`z\`"),
]


@pytest.mark.parametrize(("text", "escaped"), HOSTILE)
def test_markdown_shows_foreign_text_as_it_is(text: str, escaped: str) -> None:
    assert prose(text) == escaped


def test_markdown_links_nothing() -> None:
    assert "://" not in prose("see https://evil.example/x and www.evil.example").replace(
        "\u200b", "#"
    )


@pytest.mark.parametrize("text", ["a`b", "``", "`", " x", "a\n# b", "|", "", " "])
def test_markdown_code_holds_its_ticks(text: str) -> None:
    told = code(text)
    assert without_code(told) == ""
    assert "\n" not in told


def test_markdown_of_many_findings_stays_short() -> None:
    many = tuple(replace(CALL, line=number) for number in range(500))
    text = report("markdown", Review(title="", findings=many))
    assert len(text) < 65_536
    assert "450 more findings" in text


def test_a_note_is_milder_everywhere() -> None:
    note = Review(title="", findings=(replace(CALL, severity=Severity.NOTE),))
    assert report("github", note).startswith("::notice file=")
    assert plain("rdjson", note)["diagnostics"][0]["severity"] == "INFO"
    assert "<failure" not in report("junit", note)
