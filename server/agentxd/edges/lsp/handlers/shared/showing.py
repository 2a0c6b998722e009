"""Texts that a person asked for, shown as the client can."""

from agentxd.edges.lsp.connection import Connection

_INFO = 3


async def shown(connection: Connection, place: str, text: str, brief: str = "") -> str:
    """As a document where the client can show one, else, briefly, as a message; also the answer."""
    if connection.facts.has_text_content and connection.facts.has_show_document:
        connection.ask_soon("window/showDocument", {"uri": f"agentx-proposal:/{place}"})
    else:
        connection.send("window/showMessage", {"type": _INFO, "message": brief or _brief(text)})
    return text


def _brief(text: str) -> str:
    """One line, without what a program printed: many editors have no more room for a message."""
    said = [part for number, part in enumerate(text.split("```")) if number % 2 == 0]
    lines = (line.lstrip("#- ").strip() for line in "\n".join(said).splitlines())
    return " · ".join(line for line in lines if line)
