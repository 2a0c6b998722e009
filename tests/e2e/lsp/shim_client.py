"""An editor with exactly the capabilities that a test gives it, over the real `agentxd lsp`."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from daemons import DaemonHouse, Json, RawClient

_UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class ShimClient(RawClient):
    """Talks through the shim; answers the daemon's requests from `answers`, and keeps them all."""

    def __init__(
        self, house: DaemonHouse, capabilities: Json | None = None, name: str = ""
    ) -> None:
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agentxd_cli", "lsp", "--root", str(house.root)],
            stdin=theirs,
            stdout=theirs,
            env=house.env,
        )
        theirs.close()
        self._link = ours
        self._link.settimeout(30)
        self._buffer = b""
        self._next_id = 0
        self._root = house.root
        self.seen: list[Json] = []
        self.answers: dict[str, Any] = {"workspace/applyEdit": self._apply}
        self.texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        params = {
            "processId": None,
            "clientInfo": {"name": name or "test"},
            "rootUri": house.root.as_uri(),
            "capabilities": capabilities or {},
        }
        self.told = self.request("initialize", params)["result"]["capabilities"]
        self.encoding = self.told["positionEncoding"]
        self.notify("initialized", {})

    def notify(self, method: str, params: Json) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Json | None = None) -> Any:
        """The result of a request that must succeed."""
        answer = self.request(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def command(self, name: str, *arguments: Any, **more: Any) -> Any:
        params = {"command": name, "arguments": list(arguments), **more}
        return self.ask("workspace/executeCommand", params)

    def receive(self) -> Json:
        """The next message; a request of the daemon is answered at once, as its client would."""
        message = super().receive()
        if "method" in message and "id" in message:
            answer = self.answers.get(message["method"])
            result = answer(message["params"]) if callable(answer) else answer
            if message["method"] not in self.answers:
                self.send(
                    {
                        "jsonrpc": "2.0",
                        "id": message["id"],
                        "error": {"code": -32601, "message": "cannot"},
                    }
                )
            elif result is not NO_ANSWER:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
        return message

    def of(self, method: str) -> list[Json]:
        """The params of everything of this name that has arrived, oldest first."""
        return [message["params"] for message in self.seen if message.get("method") == method]

    def until(self, is_there: Callable[[], Any], timeout_s: float = 30) -> Any:
        """Read until it is there; it is returned."""
        deadline = time.monotonic() + timeout_s
        while not (found := is_there()):
            assert time.monotonic() < deadline, json.dumps(self.seen[-5:])[-2000:]
            self._link.settimeout(0.1)
            try:
                self.seen.append(self.receive())
            except TimeoutError:
                continue
            finally:
                self._link.settimeout(30)
        return found

    # --- documents ----------------------------------------------------------------------------

    def uri(self, path: str) -> str:
        return (self._root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        if text is None:
            text = (self._root / path).read_bytes().decode()
        self.texts[path], self._versions[path] = text, 0
        document = {"uri": self.uri(path), "languageId": "python", "version": 0, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, path: str, start: int, end: int, new: str) -> None:
        """Replace the characters from start to end, told as a range in the units of this client."""
        text = self.texts[path]
        place = {"start": self.position(text, start), "end": self.position(text, end)}
        self.texts[path] = text[:start] + new + text[end:]
        self._did_change(path, {"range": place, "text": new})

    def text_of(self, path: str, place: Json) -> str:
        """What stands at a range of this client's units."""
        text = self.texts[path]
        return text[self.offset(text, place["start"]) : self.offset(text, place["end"])]

    def position(self, text: str, offset: int) -> Json:
        line = text.count("\n", 0, offset)
        codec, size = _UNITS[self.encoding]
        before = text[text.rfind("\n", 0, offset) + 1 : offset]
        return {"line": line, "character": len(before.encode(codec)) // size}

    def offset(self, text: str, position: Json) -> int:
        lines = text.split("\n")
        codec, size = _UNITS[self.encoding]
        start = sum(len(line) + 1 for line in lines[: position["line"]])
        line = lines[position["line"]].encode(codec)[: position["character"] * size]
        return start + len(line.decode(codec))

    def lenses(self, path: str) -> list[Json]:
        found: list[Json] = self.ask(
            "textDocument/codeLens", {"textDocument": {"uri": self.uri(path)}}
        )
        return found

    def hints(self, path: str) -> list[Json]:
        """The newest diagnostics of a file."""
        told = [
            found
            for found in self.of("textDocument/publishDiagnostics")
            if found["uri"] == self.uri(path)
        ]
        diagnostics: list[Json] = told[-1]["diagnostics"] if told else []
        return diagnostics

    def leave(self) -> int:
        """As an editor leaves; the exit code of the shim."""
        self.request("shutdown")
        self.notify("exit", {})
        code = self.process.wait(timeout=30)
        self.close()
        return code

    def _did_change(self, path: str, change: Json) -> None:
        self._versions[path] += 1
        document = {"uri": self.uri(path), "version": self._versions[path]}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    def _apply(self, params: Json) -> Json:
        for change in params["edit"]["documentChanges"]:
            path = next(p for p in self.texts if self.uri(p) == change["textDocument"]["uri"])
            if change["textDocument"]["version"] != self._versions[path]:
                return {"applied": False}
            text = self.texts[path]
            places = [
                (self.offset(text, e["range"]["start"]), self.offset(text, e["range"]["end"]), e)
                for e in change["edits"]
            ]
            for start, end, edit in sorted(places, key=lambda place: place[:2], reverse=True):
                text = text[:start] + edit["newText"] + text[end:]
            self.texts[path] = text
            self._did_change(path, {"text": text})
        return {"applied": True}


NO_ANSWER = object()
"""In `answers`: the person has not answered yet."""
