"""Handlers of every method: one file for each noun of the wire."""

from collections.abc import Mapping

from agentxd.edges.lsp.connection import Handler
from agentxd.edges.lsp.handlers import (
    approval,
    commands,
    daemon,
    event,
    hunk,
    lifecycle,
    proposal,
    review,
    setting,
    task,
    text_document,
)


def all_handlers() -> Mapping[str, Handler]:
    """Method name to handler."""
    nouns = (
        approval,
        commands,
        daemon,
        event,
        hunk,
        lifecycle,
        proposal,
        review,
        setting,
        task,
        text_document,
    )
    return {name: handler for noun in nouns for name, handler in noun.HANDLERS.items()}
