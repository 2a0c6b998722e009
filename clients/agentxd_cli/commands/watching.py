"""A running task as it goes: text as it comes, a line for each tool, questions."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.asking import answered
from agentxd_cli.commands.calls import ending_of, words_of
from agentxd_cli.linking import print_line
from agentxd_cli.terminal import StatusLine, is_live, paint

Json = dict[str, Any]
_POLL_S = 0.25


def _chosen(data: Json) -> str:
    why = "; ".join(data["reasons"])
    others = "".join(f"\n    not {name}: {told}" for name, told in _passed_over(data).items())
    return f"model: {data['model']} ({why}){others}"


def _passed_over(data: Json) -> dict[str, str]:
    return data.get("passed_over") or {}


def _snapshot(data: Json) -> str:
    extra = f", {data['n_overlays']} with unsaved text" if data["n_overlays"] else ""
    return f"snapshot of {data['n_files']} files{extra}"


_TOLD: dict[str, Callable[[Json], str]] = {
    "SnapshotTaken": _snapshot,
    "ModelChosen": _chosen,
    "PauseRequested": lambda data: f"{data['by']} pauses it: it halts at its next edge",
    "TaskPaused": lambda data: f"paused; go on with: agentxd resume {data['task']}",
    "TaskResumed": lambda data: f"{data['by']} lets it go on",
    "TakeOverRequested": lambda data: f"{data['by']} takes it over: it stops at its next edge",
    "TranscriptCompacted": lambda data: (
        f"{data['n_dropped']} messages were summed up to make room"
        f" ({data['tokens_before']:,} tokens to {data['tokens_after']:,})"
    ),
}
"""Events that are one line each."""
_ASIDES = ("SnapshotTaken", "SandboxOpened")
"""What may come while a model speaks already; it waits until the line has ended."""


class Watch:
    """Shows one task to its end. Without a terminal: whole lines, and no times."""

    def __init__(self, options: argparse.Namespace, connection: Connection, task: str) -> None:
        self._is_quiet: bool = options.json
        self._is_live = is_live() and not options.json
        self._connection = connection
        self._task = task
        self._line = StatusLine()
        self._calls: dict[str, tuple[Json, float]] = {}
        """By id: what was wished for, and since when."""
        self._is_in_line = False
        self._asides: list[str] = []
        self._has_streamed = False
        self._streamed = ""
        """Kind of the piece that came last."""
        self.said_last = ""
        """What a model said last, where it was shown as it came."""

    def to_the_end(self) -> None:
        """Until the task has ended. Raises KeyboardInterrupt, BrokenPipeError, ConnectionError."""
        if not self._is_quiet:
            self._line.show("starting")
        is_over = False
        while not is_over:
            for note in self._connection.notes():
                is_over = self.take(note["method"], note["params"]) or is_over
            if not is_over:
                self.tick()
                self._connection.poll(_POLL_S)
        self.end()

    def tick(self) -> None:
        """Show that time goes on."""
        if not self._is_in_line and not self._is_quiet:
            self._line.tick()

    def pause(self) -> None:
        """Make room: somebody types."""
        self._line.clear()
        self._end_line()

    def end(self) -> None:
        """Take away what only tells that it goes on; what comes next has a line of its own."""
        self.pause()

    def take(self, method: str, params: Json) -> bool:
        """One notification; True where the task has ended."""
        if method == "agentx/part/streamed":
            if params["kind"] == "notice" and params["taskId"] == self._task:
                self._notice(params["text"])
            elif self._is_live and params["taskId"] == self._task:
                self._stream(params["kind"], params["text"])
            return False
        is_over = False
        for record in params["records"] if method == "agentx/event/published" else ():
            if record["data"].get("task") == self._task:
                is_over = self._show(record) or is_over
        return is_over

    def _stream(self, kind: str, text: str) -> None:
        """A piece of what the model says, right as it comes."""
        if kind not in ("text", "thinking") or not text:
            return
        self._line.clear()
        if kind != self._streamed:
            self._end_line()
            self._streamed = kind
        self._has_streamed = self._has_streamed or kind == "text"
        start = "" if self._is_in_line else "  "
        shown = start + text.rstrip("\n").replace("\n", "\n  ")
        self._is_in_line = not text.endswith("\n")
        end = "" if self._is_in_line else "\n"
        print(paint(shown, "dim") if kind == "thinking" else shown, end=end, flush=True)
        self._tell_asides()

    def _notice(self, text: str) -> None:
        """Why nothing comes yet."""
        if not self._is_quiet:
            self._print(paint(f"  {text}", "yellow"))

    def _show(self, record: Json) -> bool:
        kind, data = record["type"], record["data"]
        if self._is_quiet:
            print_line(record)
        else:
            if words := self._words(kind, data):
                if self._is_in_line and kind in _ASIDES:
                    self._asides.append(words)
                else:
                    self._print(words)
            if kind == "StepRequested":
                self._think(data)
            if kind == "ToolCallRequested":
                self._begin(data["call"])
            if kind == "ApprovalRequested":
                self._end_line()
                self._ask(data)
        return bool(kind == "TaskEnded")

    def _words(self, kind: str, data: Json) -> str:
        if kind == "SandboxOpened":
            unsafe = paint("  UNSAFE: no isolation", "red") if data.get("is_unsafe") else ""
            return paint(f"  sandbox: {data['backend']}", "dim") + unsafe
        if kind == "StepCompleted":
            return "" if data.get("purpose") else self._step(data)
        if kind in _TOLD:
            return paint(f"  {_TOLD[kind](data)}", "dim")
        if kind == "ToolCallCompleted":
            return self._done(data)
        if kind == "EvidenceRecorded" and data["evidence"]["phase"] == "before":
            ran = data["evidence"]
            sign = paint("✓", "green") if ran["exit_code"] == 0 else paint("✗", "red")
            return f"  {sign} {ran['phase']} `{ran['command']}` ended with {ran['exit_code']}"
        return ""

    def _step(self, data: Json) -> str:
        """What was said in a step, unless it came piece by piece."""
        has_streamed, self._has_streamed = self._has_streamed, False
        self._end_line()
        parts = data["message"]["parts"]
        for part in parts:
            if part["type"] == "tool_call":  # not every wish becomes a request: some are refused
                self._calls[part["id"]] = part, time.monotonic()
        texts = [part["text"] for part in parts if part["type"] == "text" and part["text"]]
        is_last = data["stop_reason"] == "end"  # the summary tells it, with the proposal
        self.said_last = "\n".join(texts) if has_streamed else ""
        lines = [line for text in texts for line in text.splitlines()]
        return "" if is_last or has_streamed else "\n".join(f"  {line}" for line in lines)

    def _think(self, data: Json) -> None:
        self._end_line()
        self._has_streamed = False  # of a call that broke off: it is told once more
        self._line.show("summing up" if data.get("purpose") else "thinking")

    def _begin(self, call: Json) -> None:
        self._calls[call["id"]] = call, time.monotonic()
        self._end_line()
        self._line.show(words_of(call))

    def _done(self, data: Json) -> str:
        seen = data["observation"]
        self._line.show("thinking")
        call, started = self._calls.pop(seen["call_id"], (None, 0.0))
        if call is None:
            return ""
        has_failed = bool(seen.get("is_error"))
        sign = paint("✗", "red") if has_failed else paint("·", "dim")
        ending = ending_of(call, seen)
        how = paint(f"  {ending}", "red" if has_failed else "yellow") if ending else ""
        seconds = data.get("duration_ms", 0) / 1000 or time.monotonic() - started
        clock = paint(f"  {seconds:.1f} s", "dim") if self._is_live else ""
        return f"  {sign} {paint(words_of(call), 'dim')}{clock}{how}"

    def _print(self, words: str) -> None:
        self._line.clear()
        self._end_line()
        print(words, flush=True)

    def _end_line(self) -> None:
        if self._is_in_line:
            print(flush=True)
        self._is_in_line = False
        self._tell_asides()

    def _tell_asides(self) -> None:
        while self._asides and not self._is_in_line:
            print(self._asides.pop(0), flush=True)

    def _ask(self, data: Json) -> None:
        """On a terminal the question is answered here; elsewhere another client may."""
        self._line.clear()
        choices = "/".join(data["options"])
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            print(f"  waits: {data['subject']}  (agentxd approve {data['approval']} {choices})")
            return
        print(f"  {data['subject']}\n  {data['why']} [{choices}]", flush=True)
        for option in ("always", "never"):
            if rules := data.get(option):
                print(paint(f"  {option}: the rule {', '.join(rules)}, in this workspace", "dim"))
        if data.get("note"):
            print(paint(f"  {data['note']}", "dim"))
        answer = answered(data["options"])
        if not answer:
            print(f"  left open; answer it with: agentxd approve {data['approval']} {choices}")
            return
        params = {"approvalId": data["approval"], "decision": answer}
        try:
            self._connection.request("agentx/approval/decide", params)
        except ClientError as error:
            print(f"  {error.message}")
