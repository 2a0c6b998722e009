"""Whatever a review holds, every report of it is well formed and injects nothing."""

import json
import re

from agentxd.kernel.review import Review
from agentxd.review.reports import FORMATS, render
from agentxd.review.reports.painting import columns_of
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from unit.review.reviews import any_content, any_review, parsed_xml, without_code
from unit.review.sarif_schema import LOG

_COMMAND = re.compile(r"::(error|warning|notice) [a-zA-Z]+=[^:]*::.*")
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class _Everywhere(dict):
    """The same content at every path."""

    def __init__(self, content: bytes | None) -> None:
        self._content = content

    def get(self, path, default=None):
        return self._content


sources = st.one_of(st.just({}), any_content.map(_Everywhere))


@given(any_review, sources)
def test_any_review_renders_as_valid_text(review: Review, files) -> None:
    for name in FORMATS:
        text = render(name, review, files)
        assert text.endswith("\n")
        text.encode()


@given(any_review, sources)
def test_json_forms_are_json(review: Review, files) -> None:
    told = json.loads(render("json", review, files))
    assert len(told["findings"]) == len(review.findings)
    issues = json.loads(render("gitlab", review, files))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert all(issue["location"]["lines"]["begin"] >= 1 for issue in issues)
    told = json.loads(render("rdjson", review, files))
    n_troubles = len(review.failures) + len(review.unreviewed)
    assert len(told["diagnostics"]) == len(review.findings) + n_troubles


@given(any_review, sources)
def test_sarif_fits_its_schema(review: Review, files) -> None:
    Draft7Validator(LOG).validate(json.loads(render("sarif", review, files)))


@given(any_review, sources)
def test_junit_is_xml(review: Review, files) -> None:
    suite = parsed_xml(render("junit", review, files))[0]
    assert len(suite.findall("testcase")) == int(suite.get("tests") or 0)


@given(any_review, sources)
def test_a_github_annotation_is_one_line(review: Review, files) -> None:
    lines = render("github", review, files).splitlines()
    n_troubles = len(review.failures) + len(review.unreviewed)
    assert len(lines) == len(review.findings) + n_troubles + len(review.notices) + 1
    assert all(_COMMAND.fullmatch(line) for line in lines)


@given(any_review, sources, st.integers(0, 200))
def test_a_terminal_gets_no_hidden_signs_and_no_long_lines(review: Review, files, width) -> None:
    text = render("text", review, files, width=width)
    assert not _HIDDEN.search(text)
    room = max(20, min(width, 120))
    frames = [line for line in text.splitlines() if "│" in line]
    assert all(columns_of(line) <= max(room, 40) for line in frames)


@given(any_review, sources)
def test_markdown_lines_start_with_our_own_words(review: Review, files) -> None:
    for line in render("markdown", review, files).splitlines():
        assert not _HIDDEN.search(line)
        prose = without_code(line).replace("&amp;", "")
        assert not re.search(r"(?<!\\)[<&]|@(?=\w)", prose)
