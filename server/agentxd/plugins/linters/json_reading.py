"""Reads a linter's own JSON by the shape that its row in the table tells; pure."""

import re
from collections.abc import Iterator
from typing import Any

from agentxd.kernel.review import Finding
from agentxd.plugins.linters.foreign import (
    UnreadableError,
    count,
    items,
    parsed,
    table,
    text,
    word,
)
from agentxd.plugins.linters.placing import Region
from agentxd.plugins.linters.reading import MOST_FINDINGS, Reader, Reading, Remark
from agentxd.plugins.linters.table import AnswerShape
from agentxd.plugins.linters.wording import trouble

_Found = tuple[str, Any, Any]
"""Key of the object around a list, that object, and one entry of the list."""


def read_json(output: bytes, shape: AnswerShape, reader: Reader) -> Reading:
    """Findings in the files that the reader knows. Raises UnreadableError where it is none."""
    answer = parsed(output)
    if not isinstance(answer, dict if shape.items[0] not in "[{" else list):
        raise UnreadableError("it wrote JSON of another shape")
    findings: list[Finding] = []
    n_left_out = 0
    for found in _entries(answer, shape.items):
        for finding in _finding(found, shape, reader):
            if len(findings) < MOST_FINDINGS:
                findings.append(finding)
            else:
                n_left_out += 1
    return Reading(tuple(findings), tuple(_troubles(answer, shape)), n_left_out)


def _entries(answer: Any, places: str) -> Iterator[_Found]:
    found: list[_Found] = [("", answer, answer)]
    for step in places.split("."):
        name = step.rstrip("[]{}")
        found = [
            one
            for key, _, holder in found
            for one in _step(key, holder, table(holder).get(name) if name else holder, step)
        ]
    yield from found


def _step(key: str, holder: Any, value: Any, step: str) -> Iterator[_Found]:
    if step.endswith("{}"):
        yield from ((name, holder, entry) for name, entry in table(value).items())
    elif step.endswith("[]"):
        yield from ((key, holder, entry) for entry in items(value))
    else:
        yield key, holder, value


def _finding(found: _Found, shape: AnswerShape, reader: Reader) -> Iterator[Finding]:
    entry = found[2]
    if not isinstance(entry, dict):
        return
    path = reader.places.of_name(text(_value(found, shape.path)))
    message = text(_value(found, shape.message))
    if path is None or (shape.ignored and re.match(shape.ignored, message)):
        return
    is_fatal = bool(shape.is_fatal) and _value(found, shape.is_fatal) is True
    level = "fatal" if is_fatal else word(_value(found, shape.level))
    rule = word(_value(found, shape.rule)) or ("fatal" if is_fatal else "")
    remark = Remark(rule=f"{shape.prefix}{rule}" if rule else "", level=level, message=message)
    yield reader.finding(path, _region(found, shape), remark)


def _region(found: _Found, shape: AnswerShape) -> Region:
    end_column = count(_value(found, shape.end_column))
    return Region(
        line=count(_value(found, shape.line)),
        column=count(_value(found, shape.column)),
        end_line=count(_value(found, shape.end_line)),
        end_column=end_column + 1 if end_column and shape.is_end_inside else end_column,
    )


def _value(found: _Found, place: str) -> Any:
    key, holder, entry = found
    if place == "^":
        return key
    value = holder if place.startswith("^") else entry
    for name in place.lstrip("^").split("."):
        value = table(value).get(name)
    return value


def _troubles(answer: Any, shape: AnswerShape) -> Iterator[str]:
    if not shape.troubles:
        return
    for _, _, said in list(_entries(answer, shape.troubles))[:5]:
        if words := trouble(text(said)):
            yield words
