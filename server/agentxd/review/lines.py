"""Lines of contents as text, for those who look at what a finding is about."""

from agentxd.kernel.review import Finding


def text_lines(content: bytes) -> list[str]:
    """Lines without their endings; what is no UTF-8 shows as U+FFFD."""
    lines = content.decode(errors="replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def span_of(finding: Finding) -> tuple[int, int]:
    """First line and the line after the last one; at least one line."""
    return finding.line, max(finding.end_line, finding.line + 1)
