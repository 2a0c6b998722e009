"""SARIF as tools write it, and as nobody should."""

import json

import pytest
from agentxd.kernel.review import Severity
from agentxd.plugins.linters.foreign import UnreadableError
from agentxd.plugins.linters.placing import Places
from agentxd.plugins.linters.reading import MOST_FINDINGS, Reader
from agentxd.plugins.linters.sarif_reading import read_sarif

LINES = ["one\n", "zw\U0001d4b3ei\n", "drei"]
KNOWN = frozenset({"a.py", "src/b c.py", "src/ü.py"})
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING}


def read(log, fixable=("",)):
    places = Places(KNOWN, ("/work/repo", "/real/repo"))
    reader = Reader(
        "lint",
        places,
        lambda path: LINES,
        lambda rule, level: LEVELS.get(level, Severity.NOTE),
        fixable=fixable,
    )
    return read_sarif(log if isinstance(log, bytes) else json.dumps(log).encode(), reader)


def location(uri="a.py", region=None, **more):
    place = {"artifactLocation": {"uri": uri, **more}}
    return {"physicalLocation": {**place, **({"region": region} if region else {})}}


def result(uri="a.py", region=None, base=None, **more):
    given = {"uriBaseId": base} if base else {}
    here = [location(uri, region or {"startLine": 1}, **given)]
    return {"ruleId": "R1", "message": {"text": "wrong."}, "locations": here, **more}


def log(*results, **run):
    return {"version": "2.1.0", "runs": [{"results": list(results), **run}]}


def one(*results, **run):
    (finding,) = read(log(*results, **run)).findings
    return finding


PATHS = {
    "relative": ("a.py", "a.py"),
    "with a dot": ("./src/../a.py", "a.py"),
    "encoded": ("src/b%20c.py", "src/b c.py"),
    "not encoded though it should be": ("src/b c.py", "src/b c.py"),
    "umlaut": ("src/%C3%BC.py", "src/ü.py"),
    "absolute URI": ("file:///work/repo/a.py", "a.py"),
    "on localhost": ("file://localhost/work/repo/a.py", "a.py"),
    "one slash": ("file:/work/repo/a.py", "a.py"),
    "behind a link": ("file:///real/repo/a.py", "a.py"),
    "absolute path": ("/work/repo/src/b%20c.py", "src/b c.py"),
    "of Windows": ("src\\b c.py", "src/b c.py"),
    "above": ("../a.py", None),
    "above, encoded": ("%2e%2e/%2e%2e/etc/passwd", None),
    "elsewhere": ("file:///etc/passwd", None),
    "nearly the root": ("/work/repository/a.py", None),
    "another host": ("file://evil/work/repo/a.py", None),
    "the web": ("https://evil.example/a.py", None),
    "unknown": ("b.py", None),
    "nothing": ("", None),
    "null": (None, None),
    "number": (7, None),
    "NUL": ("a.py\0", None),
    "bad encoding": ("%ff%fe", None),
    "very long": ("x/" * 5000 + "a.py", None),
}


@pytest.mark.parametrize(("uri", "wanted"), PATHS.values(), ids=PATHS)
def test_a_uri_is_a_file_of_the_change_or_nothing(uri, wanted):
    found = [finding.path for finding in read(log(result(uri))).findings]
    assert found == ([wanted] if wanted else [])


BASES = {
    "declared": ({"SRC": {"uri": "file:///work/repo/src/"}}, "SRC", "b%20c.py", "src/b c.py"),
    "nested": (
        {"SRC": {"uri": "src/", "uriBaseId": "TOP"}, "TOP": {"uri": "file:///work/repo/"}},
        "SRC",
        "b%20c.py",
        "src/b c.py",
    ),
    "undeclared": ({}, "%SRCROOT%", "a.py", "a.py"),
    "without a URI": ({"%SRCROOT%": {"description": {"text": "top"}}}, "%SRCROOT%", "a.py", "a.py"),
    "a circle": ({"A": {"uri": "x/", "uriBaseId": "A"}}, "A", "a.py", None),
    "wrong types": ({"A": [1]}, "A", "a.py", "a.py"),
    "elsewhere": ({"A": {"uri": "file:///etc/"}}, "A", "a.py", None),
    "absolute in spite of it": ({"A": {"uri": "x/"}}, "A", "file:///work/repo/a.py", "a.py"),
}


@pytest.mark.parametrize(("bases", "base", "uri", "wanted"), BASES.values(), ids=BASES)
def test_a_base_is_put_in_front(bases, base, uri, wanted):
    reading = read(log(result(uri, base=base), originalUriBaseIds=bases))
    assert [finding.path for finding in reading.findings] == ([wanted] if wanted else [])


def test_a_file_may_be_told_by_its_index():
    here = {"physicalLocation": {"artifactLocation": {"index": 1}, "region": {"startLine": 2}}}
    artifacts = [{"location": {"uri": "b.py"}}, {"location": {"uri": "a.py"}}]
    finding = one({"message": {"text": "x"}, "locations": [here]}, artifacts=artifacts)
    assert (finding.path, finding.line, finding.rule) == ("a.py", 1, "lint/unnamed")


REGIONS = {
    "a line": ({"startLine": 2}, (1, -1, -1, -1), False),
    "columns": ({"startLine": 2, "startColumn": 2, "endColumn": 4}, (1, -1, 1, 3), False),
    "a column": ({"startLine": 2, "startColumn": 2}, (1, -1, 1, 2), False),
    "no width": ({"startLine": 2, "startColumn": 1, "endColumn": 1}, (1, -1, -1, -1), False),
    "lines": (
        {"startLine": 1, "endLine": 2, "endColumn": 3, "startColumn": 1},
        (0, 2, 0, 2),
        False,
    ),
    "up to a line's start": (
        {"startLine": 1, "startColumn": 1, "endLine": 3, "endColumn": 1},
        (0, 2, 0, 5),
        False,
    ),
    "backwards": ({"startLine": 3, "endLine": 1, "startColumn": 1}, (2, -1, 0, 1), False),
    "behind the end": ({"startLine": 999_999, "endLine": 10**8}, (2, -1, -1, -1), False),
    "column behind the end": ({"startLine": 1, "startColumn": 500}, (0, -1, -1, -1), False),
    "float": ({"startLine": 2.0}, (1, -1, -1, -1), False),
    "zero": ({"startLine": 0}, (0, -1, -1, -1), True),
    "negative": ({"startLine": -5}, (0, -1, -1, -1), True),
    "huge": ({"startLine": 10**30}, (0, -1, -1, -1), True),
    "text": ({"startLine": "2"}, (0, -1, -1, -1), True),
    "true": ({"startLine": True}, (0, -1, -1, -1), True),
    "offsets only": ({"charOffset": 3, "charLength": 2}, (0, -1, -1, -1), True),
    "a list": ([1], (0, -1, -1, -1), True),
}


@pytest.mark.parametrize(("region", "place", "is_about_file"), REGIONS.values(), ids=REGIONS)
def test_a_region_is_a_place_in_the_file(region, place, is_about_file):
    found = one(result(region=region))
    assert (found.line, found.end_line, found.column, found.end_column) == place
    assert found.is_about_file is is_about_file


def test_columns_are_counted_as_the_run_says():
    region = {"startLine": 2, "startColumn": 5, "endColumn": 6}
    assert one(result(region=region), columnKind="utf16CodeUnits").column == 3
    assert one(result(region=region), columnKind="unicodeCodePoints").column == 4


def test_a_result_without_a_place_is_left_out():
    for locations in ([], [{}], None, [{"physicalLocation": {}}], "a.py", [[]]):
        assert read(log({"message": {"text": "x"}, "locations": locations})).findings == ()


RULES = [{"id": "R0"}, {"id": "R1", "defaultConfiguration": {"level": "note"}}]
DRIVER = {"driver": {"rules": RULES}}
SEVERITIES = {
    "of the result": (result(level="error"), Severity.ERROR),
    "of the rule by its id": (result(), Severity.NOTE),
    "of the rule by its index": (
        {**result(), "ruleId": None, "ruleIndex": 1},
        Severity.NOTE,
    ),
    "of the rule by a reference": ({**result(), "ruleId": 3, "rule": {"index": 1}}, Severity.NOTE),
    "of a rule of a family": ({**result(), "ruleId": "R1/sub"}, Severity.NOTE),
    "the usual one": ({**result(), "ruleId": "R0"}, Severity.WARNING),
    "a wrong index": ({**result(), "ruleId": "R0", "ruleIndex": 99}, Severity.WARNING),
    "none": (result(level="none"), Severity.NOTE),
    "an unknown one": (result(level="catastrophe"), Severity.NOTE),
}


@pytest.mark.parametrize(("given", "wanted"), SEVERITIES.values(), ids=SEVERITIES)
def test_severity(given, wanted):
    assert one(given, tool=DRIVER).severity == wanted


LEFT_OUT = {
    "passed": {"kind": "pass"},
    "open": {"kind": "notApplicable"},
    "suppressed": {"suppressions": [{"kind": "inSource"}]},
    "gone": {"baselineState": "absent"},
}


@pytest.mark.parametrize("more", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_no_failure_is_left_out(more):
    assert read(log(result(**more))).findings == ()


def test_a_refused_suppression_suppresses_nothing():
    assert one(result(suppressions=[{"status": "rejected"}])).rule == "lint/R1"


def test_a_message_is_one_clean_sentence():
    bad = "It \x1b[31mis\x1b[0m\n\n bad \u202ehere\u202c.  See\u00a0there."
    assert one(result(message={"text": bad})).message == "It [31mis[0m bad here. See there"
    token = "ghp_" + "a1B2" * 9
    assert token not in one(result(message={"text": f"found {token}"})).message
    assert len(one(result(message={"text": "x" * 10**6})).message) <= 600
    rules = {"driver": {"rules": [{"id": "R1", "messageStrings": {"m": {"text": "no {0}, {1}"}}}]}}
    said = {"id": "m", "arguments": ["a", "b"]}
    assert one(result(message=said), tool=rules).message == "no a, b"
    assert one(result(message=[])).message == "lint says nothing more"


def test_a_rule_has_a_plain_name():
    assert one(result(ruleId="a b\n\x1b]0;<script>")).rule == "lint/a-b-0-script"
    assert one(result(ruleId="")).rule == "lint/unnamed"


def test_related_places_and_pages_are_told():
    tool = {"driver": {"rules": [{"id": "R1", "helpUri": "https://example.org/R1"}]}}
    other = {**location("src/b%20c.py", {"startLine": 3}), "message": {"text": "there."}}
    found = one(
        result(relatedLocations=[other, location("/etc/passwd", {"startLine": 1})]), tool=tool
    )
    assert found.advice == "See https://example.org/R1"
    assert [(place.path, place.line, place.message) for place in found.related] == [
        ("src/b c.py", 2, "there")
    ]


def fix(*replacements, uri="a.py", title="Mend."):
    changes = [{"artifactLocation": {"uri": uri}, "replacements": list(replacements)}]
    return {"fixes": [{"description": {"text": title}, "artifactChanges": changes}]}


def edit(start, column, end, end_column, text=""):
    region = {"startLine": start, "startColumn": column, "endLine": end, "endColumn": end_column}
    return {"deletedRegion": region, "insertedContent": {"text": text}}


FIXES = {
    "a line goes": ([edit(1, 1, 2, 1)], (0, 1, "")),
    "a word": ([edit(1, 1, 1, 4, "ONE")], (0, 1, "ONE\n")),
    "two words": ([edit(1, 2, 1, 3, "N"), edit(1, 3, 1, 4, "E")], (0, 1, "oNE\n")),
    "out of order": ([edit(3, 1, 3, 2, "D"), edit(1, 1, 1, 2, "O")], (0, 3, "One\nzw𝒳ei\nDrei")),
    "put in": ([edit(2, 1, 2, 1, "new\n")], (1, 2, "new\nzw𝒳ei\n")),
    "over lines": ([edit(1, 3, 2, 3, "-")], (0, 2, "on-𝒳ei\n")),
    "nothing new": ([edit(1, 1, 1, 4, "one")], None),
    "overlapping": ([edit(1, 1, 1, 3), edit(1, 2, 1, 4)], None),
    "behind the end": ([edit(9, 1, 9, 2)], None),
    "behind a last line without an end": ([edit(4, 1, 4, 1, "x")], None),
    "backwards": ([edit(2, 1, 1, 1)], None),
    "no numbers": ([{"deletedRegion": {"startLine": "x"}}], None),
    "no region": ([{}], None),
    "none": ([], None),
    "too long": ([edit(1, 1, 1, 1, "x" * 50_000)], None),
}


@pytest.mark.parametrize(("edits", "wanted"), FIXES.values(), ids=FIXES)
def test_a_fix_is_whole_lines(edits, wanted):
    mend = one(result(**fix(*edits))).fix
    found = mend and [(r.start_line, r.end_line, r.text) for r in mend.replacements]
    assert found == (wanted and [wanted])


def test_a_fix_of_another_file_or_of_a_rule_that_is_not_trusted_is_none():
    assert one(result(**fix(edit(1, 1, 2, 1), uri="src/b%20c.py"))).fix is None
    assert read(log(result(**fix(edit(1, 1, 2, 1)))), fixable=("S",)).findings[0].fix is None


def test_a_tool_that_reports_its_own_trouble():
    told = {
        "level": "error",
        "message": {"text": "no config\n1 | secret"},
        "descriptor": {"id": "E9"},
    }
    place = {**told, "locations": [location("a.py", {"startLine": 2})]}
    other = {"level": "warning", "message": {"text": "old"}}
    failed = {"executionSuccessful": False}
    assert read(log(invocations=[failed])).troubles == ("it reports that its run failed",)
    reading = read(log(invocations=[{**failed, "toolExecutionNotifications": [told, other]}]))
    assert reading.troubles == ("no config",)
    reading = read(log(invocations=[{**failed, "toolConfigurationNotifications": [place]}]))
    assert reading.troubles == ()
    assert [(one.rule, one.line, one.severity) for one in reading.findings] == [
        ("lint/E9", 1, Severity.ERROR)
    ]


def test_too_many_findings_are_counted():
    reading = read(log(*[result()] * (MOST_FINDINGS + 7)))
    assert (len(reading.findings), reading.n_left_out) == (MOST_FINDINGS, 7)


NO_SARIF = {
    "nothing": b"",
    "text": b"Traceback",
    "a list": b"[]",
    "another object": b'{"comments": []}',
    "runs of another kind": b'{"runs": {}}',
    "cut off": b'{"runs": [',
    "deep": b"[" * 100_000,
    "no Unicode": b'{"runs": ["\xff"]}',
}


@pytest.mark.parametrize("output", NO_SARIF.values(), ids=NO_SARIF)
def test_what_is_no_sarif_is_told(output):
    with pytest.raises(UnreadableError):
        read(output)


HOSTILE = [None, 0, -1, True, "x", [], {}, [[]], [None], {"x": 1}, [{"index": -1}], 1e308]
PLACES = ["results", "tool", "artifacts", "invocations", "originalUriBaseIds", "columnKind"]
OF_RESULT = [
    *("ruleId", "ruleIndex", "rule", "message", "locations", "level", "kind", "fixes"),
    *("suppressions", "relatedLocations", "baselineState"),
]


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_any_value_may_stand_anywhere(value):
    for name in PLACES:
        read(log(result(), **{name: value}))
    for name in OF_RESULT:
        read(log({**result(), name: value}, tool=DRIVER))
    for name in ("driver", "extensions"):
        read(log(result(), tool={name: value}))
    for name in ("physicalLocation", "message"):
        read(log({**result(), "locations": [{name: value}]}))
    for name in ("artifactLocation", "region"):
        read(log({**result(), "locations": [{"physicalLocation": {name: value}}]}))
    read({"runs": value if isinstance(value, list) else [value]})


def test_a_byte_order_mark_is_no_matter():
    assert read(b"\xef\xbb\xbf" + json.dumps(log(result())).encode()).findings
