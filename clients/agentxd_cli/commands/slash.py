"""The commands inside of a chat."""

import argparse
from collections.abc import Callable
from typing import Any, Protocol

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands import hunks as reviewing
from agentxd_cli.exit_codes import Exit
from agentxd_cli.pricing import cost
from agentxd_cli.terminal import counted

Json = dict[str, Any]
LEAVING = ("exit", "quit")
"""What people type to leave, without a slash too."""


class Leave(Exception):  # noqa: N818  # not an error: the person is done
    """Enough for today."""


class Talk(Protocol):
    """What a command may use of the chat."""

    options: argparse.Namespace
    connection: Connection
    session: str

    def get(self) -> Json:
        """The session as it is now."""
        ...

    def go_on(self, session: str) -> None:
        """Be a client of another session."""
        ...


def obey(talk: Talk, line: str) -> int:
    """Do what a line says that begins with a slash; its exit code. Raises ClientError, Leave."""
    name, _, rest = line.strip().removeprefix("/").partition(" ")
    command = _COMMANDS.get(name)
    if command is None:
        raise ClientError("invalid_request", f"there is no /{name}", "See: /help")
    return command[1](talk, rest.strip()) or Exit.OK


def _help(talk: Talk, rest: str) -> None:
    del talk, rest
    for name, (words, _) in _COMMANDS.items():
        print(f"  /{name:<8} {words}")
    print("  Ctrl-C ends the turn and keeps its work; Ctrl-D leaves, and a turn goes on alone")


def _model(talk: Talk, rest: str) -> None:
    """`provider/model`, `provider/`, or a model of the same provider."""
    if rest:
        first, slash, second = rest.partition("/")
        provider, model = (first, second) if slash else ("", rest)
        if talk.session:
            params = {"sessionId": talk.session, "model": model}
            if provider:
                params["provider"] = provider
            talk.connection.request("agentx/session/set", params)
        elif provider:
            talk.connection.request("agentx/model/list", {"provider": provider})
        talk.options.provider, talk.options.model = provider or talk.options.provider, model
    found = talk.get() if talk.session else vars(talk.options)
    print(f"  {found['provider'] or '(automatic)'}/{found['model'] or '(its default)'}")


def _mode(talk: Talk, rest: str) -> None:
    words = rest.split()
    if words:
        params: Json = {"sessionId": talk.get()["id"], "queueMode": words[0]}
        if len(words) > 1:
            params["collectMs"] = _milliseconds(words[1])
        talk.connection.request("agentx/session/set", params)
        talk.options.mode = ""
    found = talk.get()
    seconds = f" {found['collectMs'] / 1000:g} s" if found["queueMode"] == "collect" else ""
    print(f"  {found['queueMode']}{seconds}")


def _milliseconds(text: str) -> int:
    try:
        return round(float(text) * 1000)
    except ValueError as error:
        raise ClientError("invalid_request", f"{text!r} is no number", "/mode collect 5") from error


def _fork(talk: Talk, rest: str) -> None:
    params = {"sessionId": talk.get()["id"], "at": rest}
    found = talk.connection.request("agentx/session/fork", params)
    talk.go_on(found["session"]["id"])
    print(f"  now in {talk.session}, which goes on after {found['session']['at']}")


def _hunks(talk: Talk, rest: str) -> None:
    del rest
    for name, hunks in _open(talk).items():
        params = {"proposalId": name}
        proposal = talk.connection.request("agentx/proposal/get", params)["proposal"]
        reviewing.print_proposal(proposal, [h for h in proposal["hunks"] if h["id"] in hunks])


def _diff(talk: Talk, rest: str) -> None:
    for name in rest.split() or _open(talk):
        reviewing.diff(_options(talk, id=name, all=False))


def _accept(talk: Talk, rest: str) -> int:
    return reviewing.accept(_options(talk, ids=_ids(talk, rest), verify=False))


def _reject(talk: Talk, rest: str) -> int:
    """Hunks, then the reason in words: the model is told."""
    words = rest.split()
    ids = [word for word in words if word[:1] == "p" and word[1:2].isdigit()]
    reason = " ".join(word for word in words if word not in ids)
    return reviewing.reject(_options(talk, ids=ids or _ids(talk, ""), reason=reason))


def _undo(talk: Talk, rest: str) -> int:
    if not rest:
        raise ClientError("invalid_request", "no hunk was named", "/undo p1.2")
    return reviewing.undo(_options(talk, ids=rest.split()))


def _cost(talk: Talk, rest: str) -> None:
    del rest
    found = talk.get()
    n_tokens = found["inputTokens"] + found["outputTokens"]
    print(
        f"  {counted(len(found['taskIds']), 'turn')}, {found['inputTokens']:,} tokens in,"
        f" {found['outputTokens']:,} out, {cost(found['costMicros'], n_tokens, found['provider'])}"
    )


def _resume(talk: Talk, rest: str) -> None:
    del rest
    talk.connection.request("agentx/session/resume", {"sessionId": talk.get()["id"]})


def _pause(talk: Talk, rest: str) -> None:
    del rest
    talk.connection.request("agentx/task/pause", {"taskId": _turn(talk)})


def _take_over(talk: Talk, rest: str) -> None:
    del rest
    talk.connection.request("agentx/task/takeOver", {"taskId": _turn(talk)})


def _turn(talk: Talk) -> str:
    if not (task := talk.get()["runningTaskId"]):
        raise ClientError("wrong_state", "no turn is under way", "Say what is to be done.")
    return str(task)


def _quit(talk: Talk, rest: str) -> None:
    del talk, rest
    raise Leave


def _open(talk: Talk) -> dict[str, list[str]]:
    """Proposals of the session with the hunks that wait."""
    found: dict[str, list[str]] = {}
    for hunk in talk.get()["openHunkIds"]:
        found.setdefault(hunk.partition(".")[0], []).append(hunk)
    if not found:
        print("  nothing waits for a decision")
    return found


def _ids(talk: Talk, rest: str) -> list[str]:
    ids = rest.split() or list(talk.get()["openHunkIds"])
    if not ids:
        raise ClientError("wrong_state", "nothing waits for a decision", "See: /hunks")
    return ids


def _options(talk: Talk, **more: Any) -> argparse.Namespace:
    return argparse.Namespace(root=talk.options.root, json=talk.options.json, **more)


_COMMANDS: dict[str, tuple[str, Callable[[Talk, str], int | None]]] = {
    "help": ("this list", _help),
    "hunks": ("what waits for your decision", _hunks),
    "diff": ("the same as a diff", _diff),
    "accept": ("[p1.2 …] merge hunks; all that wait where none is named", _accept),
    "reject": ("[p1.2 …] [why] refuse hunks; the model is told why", _reject),
    "undo": ("p1.2 … take hunks back", _undo),
    "model": ("[provider/model] another model from the next turn on", _model),
    "mode": ("[steer|interrupt|queue|collect [SECONDS]] what is said while a turn runs", _mode),
    "fork": ("[t1.m3] go on in a copy of the conversation", _fork),
    "pause": ("halt the turn before its next step or tool call; /resume lets it go on", _pause),
    "takeover": ("end the turn at its next edge, and go on by hand from its hunks", _take_over),
    "resume": ("go on with what is paused, was interrupted or waits", _resume),
    "cost": ("tokens and money so far", _cost),
    "quit": ("leave", _quit),
    "exit": ("the same", _quit),
}
