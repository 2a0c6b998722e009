"""The page of the reports tells every format and every field of the JSON."""

import json
from pathlib import Path

from agentxd.review.reports import FORMATS, render
from unit.review.reviews import SOURCES, sample

PAGE = (Path(__file__).parents[3] / "docs/review-reports.md").read_text()


def fields(value) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()


def test_every_format_and_field_is_documented() -> None:
    told = json.loads(render("json", sample(is_complete=False), SOURCES))
    names = fields(told) | set(FORMATS)
    assert {name for name in names if f"`{name}`" not in PAGE} == set()
