"""Reads SARIF 2.1.0 of any tool, however broken or hostile; pure."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from agentxd.kernel.review import Finding, Fix, Related
from agentxd.plugins.linters.foreign import (
    Json,
    UnreadableError,
    count,
    index,
    items,
    parsed,
    table,
    tables,
    text,
)
from agentxd.plugins.linters.mending import Edit, fix_of
from agentxd.plugins.linters.placing import Region, Unit
from agentxd.plugins.linters.reading import MOST_FINDINGS, Reader, Reading, Remark
from agentxd.plugins.linters.wording import sentence, trouble

_UNITS: dict[str, Unit] = {"utf16CodeUnits": "utf16", "unicodeCodePoints": "points"}
_MOST_RELATED = 5
_DEEPEST_BASE = 8
_LONGEST_PAGE = 200
_LEVELS = ("error", "warning", "note", "none")


def read_sarif(output: bytes, reader: Reader) -> Reading:
    """Findings in the files that the reader knows. Raises UnreadableError where it is no SARIF."""
    log = parsed(output)
    if not isinstance(log, dict) or not isinstance(log.get("runs"), list):
        raise UnreadableError("it wrote JSON that is no SARIF")
    findings: list[Finding] = []
    troubles: list[str] = []
    n_left_out = 0
    for run in (_Run(one, reader) for one in tables(log["runs"])):
        for finding in run.findings():
            if len(findings) < MOST_FINDINGS:
                findings.append(finding)
            else:
                n_left_out += 1
        troubles += run.troubles()
    return Reading(tuple(findings), tuple(troubles[:5]), n_left_out)


class _Run:
    """One run of a tool; `run` objects name rules, files and folders by index or by id."""

    def __init__(self, run: Json, reader: Reader) -> None:
        self._run = run
        self._reader = reader
        self._unit = _UNITS.get(text(run.get("columnKind")))
        self._artifacts = items(run.get("artifacts"))
        tool = table(run.get("tool"))
        self._parts = [table(tool.get("driver")), *tables(tool.get("extensions"))]
        self._rules = items(self._parts[0].get("rules"))
        self._by_id = {
            text(rule.get("id")): rule
            for part in reversed(self._parts)
            for rule in tables(part.get("rules"))
        }
        self._bases = table(run.get("originalUriBaseIds"))

    def findings(self) -> Iterator[Finding]:
        """Results that are failures, and what a tool tells of a file that it could not read."""
        for result in tables(self._run.get("results")):
            if _counts(result):
                yield from self._finding(result)
        for note in self._notifications():
            descriptor = table(note.get("descriptor"))
            rule = text(descriptor.get("id")) or "unreadable"
            remark = Remark(rule=rule, level="error", message=self._message(note, {}))
            yield from self._placed(note, remark)

    def troubles(self) -> Iterator[str]:
        """What kept the tool as a whole from its work."""
        notes = list(self._notifications())
        for note in notes:
            if not items(note.get("locations")):
                yield trouble(self._message(note, {})) or "it reports an error"
        for one in tables(self._run.get("invocations")):
            if one.get("executionSuccessful") is False and not notes:
                yield "it reports that its run failed"

    def _notifications(self) -> Iterator[Json]:
        for one in tables(self._run.get("invocations")):
            for kind in ("toolConfigurationNotifications", "toolExecutionNotifications"):
                for note in tables(one.get(kind)):
                    if note.get("level") == "error":
                        yield note

    def _finding(self, result: Json) -> Iterator[Finding]:
        rule = self._rule(result)
        given = table(result.get("rule"))
        name = text(result.get("ruleId")) or text(given.get("id")) or text(rule.get("id"))
        usual = text(table(rule.get("defaultConfiguration")).get("level"))
        level = next((word for word in (text(result.get("level")), usual) if word in _LEVELS), "")
        message = self._message(result, rule)
        said = Remark(rule=name, level=level or "warning", message=message, advice=_page(rule))
        yield from self._placed(result, said)

    def _rule(self, result: Json) -> Json:
        given = table(result.get("rule"))
        part = index(table(given.get("toolComponent")).get("index"), self._parts[1:])
        rules = self._rules if part is None else items(part.get("rules"))
        at = result["ruleIndex"] if "ruleIndex" in result else given.get("index")
        found = table(index(at, rules))
        name = text(result.get("ruleId")) or text(given.get("id"))
        if not found or (name and text(found.get("id")) not in (name, name.partition("/")[0])):
            found = self._by_id.get(name) or self._by_id.get(name.rpartition("/")[0], {})
        return found

    def _placed(self, said: Json, remark: Remark) -> Iterator[Finding]:
        place = self._place(next(iter(tables(said.get("locations"))), {}))
        if place is None:
            return
        path, region = place
        is_fixable = remark.rule.startswith(self._reader.fixable)
        fix = self._fix(said, path) if is_fixable else None
        whole = replace(
            remark,
            advice=fix.title if fix else remark.advice,
            fix=fix,
            related=tuple(self._related(said)),
            unit=self._unit,
        )
        yield self._reader.finding(path, region, whole)

    def _place(self, location: Json) -> tuple[str, Region] | None:
        physical = table(location.get("physicalLocation"))
        path = self._path(table(physical.get("artifactLocation")))
        return None if path is None else (path, _region(table(physical.get("region"))))

    def _path(self, location: Json) -> str | None:
        at = index(location.get("index"), self._artifacts)
        known = table(table(at).get("location"))
        for one in (location, known):
            if uri := text(one.get("uri")):
                base = self._base(text(one.get("uriBaseId")))
                return self._reader.places.of_uri(uri, base)
        return None

    def _base(self, name: str) -> str:
        """What is in front of the URIs that name this base; an undeclared one is the root."""
        parts: list[str] = []
        for _ in range(_DEEPEST_BASE):
            if not name:
                break
            declared = table(self._bases.get(name))
            parts.append(text(declared.get("uri")).rstrip("/"))
            name = text(declared.get("uriBaseId"))
        return "/".join(part for part in reversed(parts) if part)

    def _message(self, said: Json, rule: Json) -> str:
        message = table(said.get("message"))
        words = text(message.get("text")) or text(message.get("markdown"))
        if not words and (name := text(message.get("id"))):
            words = text(table(table(rule.get("messageStrings")).get(name)).get("text"))
        words = words or text(table(rule.get("shortDescription")).get("text"))
        for at, value in enumerate(items(message.get("arguments"))[:20]):
            words = words[:4096].replace(f"{{{at}}}", text(value)[:200])
        return words

    def _related(self, result: Json) -> Iterator[Related]:
        for location in tables(result.get("relatedLocations"))[:_MOST_RELATED]:
            place = self._place(location)
            if place is not None and place[1].line:
                words = sentence(self._message(location, {}))
                yield Related(place[0], place[1].line - 1, words)

    def _fix(self, result: Json, path: str) -> Fix | None:
        """The first fix, where it is about this file alone."""
        fix = next(iter(tables(result.get("fixes"))), {})
        changes = tables(fix.get("artifactChanges"))
        if len(changes) != 1 or self._path(table(changes[0].get("artifactLocation"))) != path:
            return None
        edits = [_edit(one) for one in tables(changes[0].get("replacements"))]
        title = sentence(self._message({"message": fix.get("description")}, {}))
        unit = self._unit or self._reader.unit
        return fix_of(title or "mend it", edits, self._reader.lines(path), unit)


def _page(rule: Json) -> str:
    page = text(rule.get("helpUri"))
    is_page = page.startswith("https://") and len(page) < _LONGEST_PAGE and page.isprintable()
    return f"See {page}" if is_page else ""


def _counts(result: Json) -> bool:
    """Whether it is a failure that nobody suppressed and that is still there."""
    is_suppressed = any(
        one.get("status", "accepted") == "accepted" for one in tables(result.get("suppressions"))
    )
    is_failure = result.get("kind", "fail") == "fail"
    return is_failure and not is_suppressed and result.get("baselineState") != "absent"


def _region(region: Json) -> Region:
    return Region(
        line=count(region.get("startLine")),
        column=count(region.get("startColumn")),
        end_line=count(region.get("endLine")),
        end_column=count(region.get("endColumn")),
    )


def _edit(replacement: Any) -> Edit:
    region = _region(table(replacement.get("deletedRegion")))
    return Edit(region, text(table(replacement.get("insertedContent")).get("text")))
