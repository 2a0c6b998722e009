"""What can be done about a finding: mend, answer, explain, or ignore it with a reason."""

from collections.abc import Iterator, Sequence

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.comments import comment_marks
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.edits import text_edits
from agentxd.edges.lsp.findings import FoundIn, diagnostic, findings_in
from agentxd.kernel.review import Fix, Replacement
from agentxd.review.mending import apart, mended
from agentxd.review.placing import Placed

FIX_ALL = "source.fixAll.agentx"
_QUICKFIX = "quickfix"
_ANSWERS = {
    "accepted": ("accept it as it is", "accepted in the editor"),
    "false-positive": ("false positive", "marked as a false positive in the editor"),
    "later": ("later, again in 30 days", "put off in the editor"),
}
"""Answer to the words of its action and the reason that is kept."""


async def finding_actions(
    connection: Connection, path: str, lines: tuple[int, int], only: Sequence[str] | None
) -> list[Json]:
    """For the findings that lines first to last touch."""
    where = await findings_in(connection, path)
    if where is None:
        return []
    first, last = lines
    touched = [
        one for one in where.found if one.start <= last and first < max(one.end, one.start + 1)
    ]
    actions: list[Json] = []
    if is_wanted(_QUICKFIX, only):
        for one in touched:
            actions += _actions(connection, where, one)
        actions += _propose(touched)
    if is_wanted(FIX_ALL, only) and (touched or only is not None):
        actions += _fix_all(connection, where)
    return actions


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Kinds are a tree: `agentx` asks for `agentx.accept` too; without a list all are wanted."""
    return only is None or any(f"{kind}.".startswith(f"{wanted}.") for wanted in only)


def _actions(connection: Connection, where: FoundIn, one: Placed) -> Iterator[Json]:
    finding = one.finding
    common: Json = {
        "kind": _QUICKFIX,
        "diagnostics": [diagnostic(connection, one, where.lines)],
    }
    if one.fix is not None and (edit := _edit(connection, where, [one.fix])):
        title = f"AgentX: {one.fix.title}"
        yield {**common, "title": title, "isPreferred": True, "edit": edit}
    for answer, (words, reason) in _ANSWERS.items():
        title = f"AgentX: {finding.rule}: {words}"
        yield common | _command(title, "answer", [finding.fingerprint, answer, reason])
    remark = _remark(where, one, connection.facts.language(where.path))
    if remark is not None and (edit := _edit(connection, where, [remark])):
        yield {**common, "title": f"AgentX: {remark.title}", "edit": edit}
    arguments = [finding.rule, finding.fingerprint]
    yield common | _command(f"AgentX: explain {finding.rule}", "explain", arguments)


def _fix_all(connection: Connection, where: FoundIn) -> Iterator[Json]:
    """The fixes of a file that do not stand in each other's way, as one edit."""
    fixes = [one.fix for one in where.found if one.fix is not None]
    kept = [fixes[number] for number in apart(fixes)[0]]
    if kept and (edit := _edit(connection, where, kept)):
        title = f"AgentX: mend what can be mended in this file ({len(kept)})"
        yield {"title": title, "kind": FIX_ALL, "edit": edit}


def _propose(touched: Sequence[Placed]) -> Iterator[Json]:
    """The fixes as hunks of a proposal, on which the checks have run."""
    names = [one.finding.fingerprint for one in touched if one.fix is not None]
    if names:
        title = "AgentX: propose the fix, with the checks run on it"
        yield {"kind": _QUICKFIX} | _command(title, "fix", names)


def _command(title: str, name: str, arguments: list[str]) -> Json:
    command = {"title": title, "command": f"agentx.review.{name}", "arguments": arguments}
    return {"title": title, "command": command}


def _remark(where: FoundIn, one: Placed, language: str) -> Fix | None:
    """A line above the finding that has it ignored; its reason is for the person to write."""
    marks, finding = comment_marks(where.path, language), one.finding
    if marks is None or where.version is None:
        return None
    line, word = one.start, "ignore"
    if finding.is_about_file:
        line, word = int(where.lines[0].startswith("#!")), "ignore-file"
    text = where.lines[line] if line < len(where.lines) else ""
    indent = text[: len(text) - len(text.lstrip())] if text.strip() else ""
    remark = f"{indent}{marks[0]}agentx: {word}[{finding.rule}] reason{marks[1]}\n"
    title = f"ignore {finding.rule} here, with a reason"
    return Fix(title, (Replacement(line, line, remark),))


def _edit(connection: Connection, where: FoundIn, fixes: Sequence[Fix]) -> Json | None:
    """An edit of the document as the client has it; None where it changes nothing."""
    before = "".join(where.lines)
    after = mended(before, fixes)
    if after == before:
        return None
    facts = connection.facts
    uri = facts.uri_of(connection.application.house.root, where.path)
    edits = text_edits(before, after, facts.encoding)
    if not facts.has_versioned_edits:
        return {"changes": {uri: edits}}
    document = {"uri": uri, "version": where.version}
    return {"documentChanges": [{"textDocument": document, "edits": edits}]}
