"""Commands of workspace/executeCommand, with the words of their lenses."""

COMMANDS: dict[str, str] = {
    "agentx.accept": "Accept",
    "agentx.reject": "Reject",
    "agentx.undo": "Undo",
    "agentx.why": "Why",
    "agentx.evidence": "Evidence",
    "agentx.run": "Run a goal",
    "agentx.cancel": "Cancel a task",
    "agentx.approve": "Answer an approval",
    "agentx.show": "Show a proposal",
    "agentx.review.answer": "Answer a finding",
    "agentx.review.explain": "Explain a rule",
    "agentx.review.fix": "Propose fixes of findings",
    "agentx.review.run": "Review what is not committed",
}
