"""Why a hunk is there and what was run for it, in Markdown."""

from agentxd.edges.lsp.connection import Connection


async def why_text(connection: Connection, name: str) -> str:
    """Where a hunk comes from, in Markdown."""
    application = connection.application
    proposal = await application.proposal(name.partition(".")[0], connection.id)
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
    """What ran before and after, in Markdown."""
    proposal = await connection.application.proposal(name.partition(".")[0], connection.id)
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
