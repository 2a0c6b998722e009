"""How much a changed file can hurt: what is read first, in case the budget does not last."""

import re
from collections.abc import Iterable, Mapping
from math import log2

from agentxd.agents.reviewers.values import Sheet
from agentxd.kernel.review import Finding

_DELICATE = re.compile(
    r"(?i)(auth|login|passw|secret|token|session|crypt|key|perm|acl|role|admin|pay|bill|money|"
    r"price|sql|query|migrat|schema|exec|shell|subprocess|deserial|pickle|upload|download|path|"
    r"sandbox|security|cors|csrf|cookie|proxy|docker|deploy|workflow|hook)"
)
_DELICATE_CODE = re.compile(
    r"(?i)\b(eval|exec\w*|system|popen|subprocess|pickle|yaml\.load|verify\s*=\s*false|innerhtml|"
    r"unsafe|delete|drop|truncate|rm\b|chmod|lock|thread|async|transaction|password|token)\b"
)
_WORDS = re.compile(r"(?i)\.(md|rst|txt|adoc|csv|svg|po|pot|html?|css)$|(^|/)(docs?|changelog)\b")
_TESTS = re.compile(r"(?i)(^|/)(tests?|spec|fixtures?|__tests__)(/|$)|[._-](test|spec)\.|test_")
_SETTINGS = re.compile(r"(?i)\.(ya?ml|toml|json|ini|cfg)$|(^|/)(Dockerfile|Makefile)$")


def weights_of(sheets: Iterable[Sheet], known: Iterable[Finding]) -> dict[str, float]:
    """Path to weight; larger is to be read earlier."""
    found: dict[str, float] = {}
    for finding in known:
        worth = 1.0 + finding.severity.rank
        found[finding.path] = min(6.0, found.get(finding.path, 0.0) + worth)
    return {sheet.path: weight_of(sheet, found) for sheet in sheets}


def weight_of(sheet: Sheet, found: Mapping[str, float]) -> float:
    """Its size, its name, what is in it, and what rules found there."""
    n_lines = sheet.n_added + 0.5 * sheet.n_removed
    weight = log2(2 + min(n_lines, 500)) + found.get(sheet.path, 0.0)
    weight += 4.0 * bool(_DELICATE.search(sheet.path))
    weight += min(4.0, 1.0 * _n_delicate(sheet))
    if _WORDS.search(sheet.path):
        return weight - 12.0
    if _TESTS.search(sheet.path):
        return weight - 5.0
    return weight - 2.0 * bool(_SETTINGS.search(sheet.path))


def _n_delicate(sheet: Sheet) -> int:
    """Added lines that do something delicate."""
    n = 0
    for span in sheet.spans:
        for line in sheet.new[span.new_start : span.new_start + span.new_count]:
            n += bool(_DELICATE_CODE.search(line))
    return n
