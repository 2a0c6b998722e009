"""Why a hunk is there and what was run for it, in Markdown."""

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import NotFoundError
from agentxd.sessions.views import ProposalView


async def why_text(connection: Connection, name: str) -> str:
    """Where a hunk comes from, in Markdown. Raises NotFoundError."""
    application = connection.application
    proposal = await _proposal_of(connection, name)
    task = application.goals.get(proposal.proposal.task)
    lines = [
        f"# {name}",
        "",
        f"Goal: {task.goal}",
        f"Author: {proposal.proposal.author}, task {task.id}, sandbox {task.backend}",
        "",
        task.reason,
    ]
    return "\n".join(lines).rstrip() + "\n"


async def evidence_text(connection: Connection, name: str) -> str:
    """What ran before and after, in Markdown. Raises NotFoundError."""
    proposal = await _proposal_of(connection, name)
    lines = [f"# Evidence for {proposal.proposal.id}", ""]
    if proposal.is_expired:
        lines += ["The files have moved on since: this evidence has expired.", ""]
    for ran in proposal.evidence:
        lines.append(
            f"- {ran.phase}: `{ran.command}` ended with {ran.exit_code}"
            f" in {ran.duration_ms} ms at tree {ran.tree[:12]}"
        )
        lines += ["", "```", ran.tail, "```", ""]
    if not proposal.evidence:
        lines.append("No command ran.")
    return "\n".join(lines).rstrip() + "\n"


async def _proposal_of(connection: Connection, name: str) -> ProposalView:
    """By its own name or by that of a hunk in it."""
    found = await connection.application.proposal(name.partition(".")[0], connection.id)
    if name not in (found.proposal.id, *found.proposal.hunks):
        raise NotFoundError(f"there is no {name}", "See what there is: agentxd proposals")
    return found
