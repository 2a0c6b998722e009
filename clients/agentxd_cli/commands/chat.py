"""chat: a lasting conversation in the terminal, or one prompt a line from a pipe."""

import argparse
import contextlib
import select
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.run import budget_of, script_path
from agentxd_cli.commands.slash import LEAVING, Leave, obey
from agentxd_cli.commands.telling import Ended, tell
from agentxd_cli.commands.watching import Watch
from agentxd_cli.exit_codes import BY_ERROR, Exit
from agentxd_cli.keys import Keys
from agentxd_cli.linking import DaemonGoneError, open_connection
from agentxd_cli.terminal import WIPE, counted, paint

Json = dict[str, Any]
PROMPT = "› "
_POLL_S = 0.25
_KEEP = ("agent", "provider", "model", "sandbox")


def chat(options: argparse.Namespace) -> int:
    """Talk until Ctrl-D; from a pipe, the exit code is of the last turn or command that failed."""
    return Chat(options, open_connection(options, options.provider)).run()


class Chat:
    """One client of one session."""

    def __init__(self, options: argparse.Namespace, connection: Connection) -> None:
        self.options = options
        self.connection = connection
        self.session: str = options.session
        self._last_seq = 0
        self._own: set[str] = set()
        self._watches: dict[str, Watch] = {}
        self._keys: Keys | None = None
        self._is_prompt_shown = False
        self._stopping = ""
        self._code: int = Exit.OK

    def run(self) -> int:
        """Until the person leaves."""
        subscribed = self.connection.request("agentx/event/subscribe", {"hasParts": True})
        self._last_seq = subscribed["lastSeq"]
        is_typed = sys.stdin.isatty() and sys.stdout.isatty() and not self.options.json
        if self.session:
            self._welcome_back()
        elif is_typed:
            print(paint("  a new session; /help tells what there is, Ctrl-D leaves", "dim"))
        try:
            with contextlib.suppress(Leave):
                self._typed() if is_typed else self._piped()
        except ConnectionError as error:
            for watch in self._watches.values():
                watch.pause()
            if not self.session:
                raise
            raise DaemonGoneError(str(error), f"agentxd resume {self.session}") from error
        if self.session and is_typed:
            print(paint(f"  go on with: agentxd chat {self.session}", "dim"))
        return Exit.OK if is_typed else self._code

    def say(self, text: str) -> None:
        """One line of the person: a command, or a prompt."""
        try:
            if text.startswith("/") or text.strip() in LEAVING:
                self._code = obey(self, text) or self._code
            elif text.strip():
                self._prompt(text)
        except ClientError as error:
            self._code = BY_ERROR.get(error.code, Exit.FAILED)
            print(f"  {error.message}")
            if error.next_step:
                print(f"  {error.next_step}")

    def get(self) -> Json:
        """The session as it is now. Raises ClientError before anything was said."""
        if not self.session:
            raise ClientError("not_found", "nothing was said yet", "Type what is to be done.")
        found: Json = self.connection.request("agentx/session/get", {"sessionId": self.session})[
            "session"
        ]
        return found

    def go_on(self, session: str) -> None:
        """Be a client of another session from now on."""
        self.session = session
        self._watches.clear()

    # --- what is said ----------------------------------------------------------------------

    def _prompt(self, text: str) -> None:
        options = self.options
        params = {
            "sessionId": self.session,
            "text": text,
            "queueMode": options.mode,
            "script": script_path(options.script),
            "budget": budget_of(options.budget),
            "apply": options.apply,
            **{name: getattr(options, name) for name in _KEEP},
        }
        said = self.connection.request("agentx/session/prompt", params)
        self.session = said["sessionId"]
        self._own.add(said["promptId"])
        words = {"joins": "  joins before the next step", "waits": "  waits"}.get(said["fate"])
        if words and not options.json:
            print(paint(words, "dim"))
        if said["taskId"] and said["fate"] == "started":
            self._watch(said["taskId"])

    def _welcome_back(self) -> None:
        found = self.get()
        if not self.options.json:
            model = "/".join(filter(None, (found["provider"], found["model"])))
            turns = counted(len(found["taskIds"]), "turn")
            print(
                paint(
                    f"  {found['id']}  {found['title']}  ({turns}, {model or 'no model yet'})",
                    "dim",
                )
            )
        if found["runningTaskId"]:
            self._watch(found["runningTaskId"])
        if found["state"] not in ("interrupted", "waiting", "paused"):
            if self.options.is_resumed and not found["runningTaskId"] and not self.options.json:
                words = f"nothing of {found['id']} was interrupted or waits; say what is to be done"
                print(paint(f"  {words}", "yellow"))
            return
        if self.options.is_resumed:
            params = {"sessionId": self.session}
            self._watch(self.connection.request("agentx/session/resume", params)["taskId"])
        elif not self.options.json:
            n = len(found["waiting"])
            what = (
                f"{counted(n, 'input')} of before not answered yet"
                if n
                else "the last turn was interrupted"
            )
            if found["state"] == "paused":
                what = "the turn is paused"
            print(paint(f"  {what}: /resume goes on with it, or say something", "yellow"))

    # --- what is shown ---------------------------------------------------------------------

    def _watch(self, task: str) -> None:
        if task and task not in self._watches:
            self._watches[task] = _ChatWatch(self, task)

    def lent(self) -> Any:
        """The terminal for a question."""
        return self._keys.lent() if self._keys else contextlib.nullcontext()

    def _take_notes(self) -> None:
        for note in self.connection.notes():
            for record in note["params"].get("records", ()):
                self._notice(record)
            for task, watch in list(self._watches.items()):
                self._hide_prompt()
                if watch.take(note["method"], note["params"]):
                    self._end(task, watch)

    def _notice(self, record: Json) -> None:
        """Turns that others began, and what others said."""
        data = record["data"]
        if data.get("session") != self.session or not self.session:
            return
        if record["type"] == "TaskCreated":
            self._watch(data["task"])
        elif record["type"] == "PromptReceived" and data["prompt"] not in self._own:
            self._hide_prompt()
            print(paint(f"  {data['by']} says: {data['text']}", "cyan"))

    def _end(self, task: str, watch: Watch) -> None:
        watch.end()
        del self._watches[task]
        code = tell(
            self.options,
            self.connection,
            Ended(task, self._last_seq, watch.said_last, is_in_chat=True),
        )
        self._code = code or self._code
        self._stopping = ""

    def _show_prompt(self) -> None:
        if not self._watches and not self._is_prompt_shown:
            sys.stdout.write(f"{WIPE}{PROMPT}")
            sys.stdout.flush()
            self._is_prompt_shown = True

    def _hide_prompt(self) -> None:
        if self._is_prompt_shown:
            sys.stdout.write(WIPE)
            self._is_prompt_shown = False

    # --- where it comes from ---------------------------------------------------------------

    def _piped(self) -> None:
        """One prompt a line, each after the turn before."""
        self._until_idle()
        for line in sys.stdin:
            if not line.strip():
                continue
            if not self.options.json:
                print(f"{PROMPT}{line.rstrip()}", flush=True)
            self.say(line.strip())
            self._until_idle()

    def _until_idle(self) -> None:
        """Until no turn is under way and nothing waits that begins by itself."""
        try:
            while self._watches or self._has_pending():
                self._take_notes()
                self.connection.poll(_POLL_S)
        except KeyboardInterrupt:
            self._code = Exit.CANCELLED
            for task in self._watches:
                self.connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
            raise Leave from None

    def _has_pending(self) -> bool:
        if not self.session or not self._own:
            return False
        found = self.get()
        self._watch(found["runningTaskId"])
        waiting = {prompt["id"] for prompt in found["waiting"]}
        return bool(found["runningTaskId"]) or bool(waiting & self._own)

    def _typed(self) -> None:
        with Keys(self.connection) as self._keys:
            while True:
                try:
                    self._turn_of_the_wheel(self._keys)
                except KeyboardInterrupt:
                    self._interrupt()

    def _turn_of_the_wheel(self, keys: Keys) -> None:
        self._take_notes()
        self._show_prompt()
        for watch in self._watches.values():
            watch.tick()
        ready, _, _ = select.select([sys.stdin, self.connection], [], [], _POLL_S)
        if self.connection in ready:
            self.connection.poll(0)
        if sys.stdin in ready:
            for watch in self._watches.values():
                watch.pause()
            self._hide_prompt()
            text = keys.text(PROMPT)
            if text is None:
                raise Leave
            with keys.lent():
                self.say(text)

    def _interrupt(self) -> None:
        """Ctrl-C: the turn is over and its work is kept; once more, and it is dropped."""
        self._hide_prompt()
        task = next(iter(self._watches), "")
        if not task:
            print(paint("  Ctrl-D leaves", "dim"))
        elif self._stopping != task:
            self._stopping = task
            print(paint("\n  stopping; what was done so far is kept (again: drop it)", "yellow"))
            self._try("agentx/session/stop", {"sessionId": self.session})
        else:
            self._try("agentx/task/cancel", {"taskId": task})

    def _try(self, method: str, params: Json) -> None:
        try:
            self.connection.request(method, params, timeout_s=60)
        except ClientError as error:
            print(f"  {error.message}")


class _ChatWatch(Watch):
    """A turn; its questions get the terminal for themselves."""

    def __init__(self, chat: Chat, task: str) -> None:
        super().__init__(chat.options, chat.connection, task)
        self._chat = chat

    def _ask(self, data: Json) -> None:
        with self._chat.lent():
            super()._ask(data)
