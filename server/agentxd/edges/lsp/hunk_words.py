"""What a hunk does, in words: one line for a diagnostic, Markdown for hovering."""

from agentxd.edges.lsp.markdown import harmless
from agentxd.kernel.hunks import Evidence, HunkKind
from agentxd.sessions.views import HunkView, ProposalView

_WIDTH = 60
_MOST_LINES = 40
_MOST_RUNS = 6


def gist(view: HunkView) -> str:
    """Counts of lines, and the first line that matters: `-1 +1: if zone not in RATES:`."""
    if view.status.hunk.kind is not HunkKind.TEXT or view.encoding == "binary":
        return view.status.hunk.kind.value
    old, new = view.old_text.splitlines(), view.new_text.splitlines()
    counts = " ".join(f"{sign}{len(lines)}" for sign, lines in (("-", old), ("+", new)) if lines)
    known = {line.strip() for line in old}
    fresh = [line.strip() for line in new if line.strip() and line.strip() not in known]
    gone = [line.strip() for line in old if line.strip()]
    line = fresh[0] if fresh else f"without {gone[0]}" if gone and not new else ""
    short = line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
    return f"{counts}: {short}" if short else counts


def hunk_text(view: HunkView, proposal: ProposalView, *, is_rich: bool) -> str:
    """The hunk as a difference, why it is there, and what was run for it."""
    status = view.status
    head = f"{status.hunk.id} {proposal.proposal.title}"
    parts = [f"**{harmless(head)}**" if is_rich and "*" not in head else head]
    difference = "\n".join(_difference(view))
    if difference:
        # A fence longer than any in the text.
        fence = "`" * max(3, 1 + _longest_ticks(difference))
        parts.append(f"{fence}diff\n{difference}\n{fence}" if is_rich else difference)
    if status.reason:
        parts.append(harmless(status.reason) if is_rich else status.reason)
    ran = [_ran(found, is_rich=is_rich) for found in proposal.evidence if found.phase == "after"]
    if ran:
        stale = " (expired)" if proposal.is_expired else ""
        more = [f"- and {len(ran) - _MOST_RUNS} more"] if len(ran) > _MOST_RUNS else []
        parts.append("\n".join([f"Checks with it{stale}:", "", *ran[:_MOST_RUNS], *more]))
    return "\n\n".join(parts)


def _difference(view: HunkView) -> list[str]:
    if view.encoding == "binary":
        return []
    old, new = view.old_text.splitlines(), view.new_text.splitlines()
    lines = [f"-{line}" for line in old] + [f"+{line}" for line in new]
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[:_MOST_LINES], f" … {len(lines) - _MOST_LINES} more lines"]


def _longest_ticks(text: str) -> int:
    longest = run = 0
    for letter in text:
        run = run + 1 if letter == "`" else 0
        longest = max(longest, run)
    return longest


def _ran(found: Evidence, *, is_rich: bool) -> str:
    is_quotable = is_rich and "`" not in found.command
    command = f"`{found.command}`" if is_quotable else found.command
    return f"- {command} ended with {found.exit_code}"
