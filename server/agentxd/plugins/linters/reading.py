"""What reading a linter's output needs and gives, in whatever form it is written."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from agentxd.kernel.review import Finding, Fix, Related, Severity
from agentxd.plugins.linters.placing import LinesOf, Places, Region, Unit, span_of
from agentxd.plugins.linters.wording import rule_name, sentence

MOST_FINDINGS = 5_000
"""Of one run; a review that shows more of them helps nobody."""


class Reading(Struct, frozen=True):
    """What was read."""

    findings: tuple[Finding, ...] = ()
    troubles: tuple[str, ...] = ()
    """What the linter itself says kept it from its work."""
    n_left_out: int = 0
    """Findings beyond the bound."""


class Reader(Struct, frozen=True):
    """Whose output is read, and what its words mean."""

    linter: str
    places: Places
    lines: LinesOf
    severity: Callable[[str, str], Severity]
    """Of a rule and the linter's own word for a level."""
    unit: Unit = "points"
    """Of columns, where the output itself does not tell."""
    fixable: tuple[str, ...] = ("",)
    """Beginnings of the rules whose fixes are taken."""

    def finding(self, path: str, region: Region, remark: "Remark") -> Finding:
        """One finding; without a line it is about the file."""
        span = span_of(region, self.lines(path), remark.unit or self.unit)
        return Finding(
            rule=rule_name(self.linter, remark.rule),
            severity=self.severity(remark.rule, remark.level),
            path=path,
            line=span.line,
            end_line=span.end_line,
            column=span.column,
            end_column=span.end_column,
            message=sentence(remark.message) or f"{self.linter} says nothing more",
            advice=remark.advice,
            is_about_file=region.line == 0,
            fix=remark.fix,
            related=tuple(remark.related),
            reviewer="linter",
        )


class Remark(Struct, frozen=True, kw_only=True):
    """What a linter says of a place."""

    rule: str
    level: str
    """In the linter's own words."""
    message: str
    advice: str = ""
    fix: Fix | None = None
    related: Sequence[Related] = ()
    unit: Unit | None = None
    """Of columns, where the output tells."""
