"""What can go wrong with an embedding server, in one clear sentence and a next step."""

import socket
import ssl
from collections.abc import Iterator, Mapping

from agentxd.kernel.redaction import redact
from agentxd.plugins.embedders.remote import TroubleError

_MAX_WORDS = 300
_TOO_LONG = ("context length", "maximum context", "too long", "too large", "input length", "token")
_REFUSED = (400, 413, 422)


class Place:
    """Whom the call was for; makes the errors, without the key."""

    def __init__(self, vendor: str, model: str, url: str, key: str) -> None:
        self._vendor = vendor
        self._model = model
        self._url = redact(url)
        self._key = key

    def of_status(
        self, status: int, words: str, headers: Mapping[str, str] | None = None
    ) -> TroubleError:
        """An answer of 400 or more."""
        lower, told = words.lower(), self._short(words)
        told = f": {told}" if told else "."
        if status in (401, 403):
            return TroubleError(
                f"{self._vendor} does not take the key ({status}){told}",
                f"check the key for {self._vendor} and start the daemon again (agentxd stop)",
            )
        if status == 404:  # noqa: PLR2004
            return self._no_model(told)
        is_too_long = status in _REFUSED and any(hint in lower for hint in _TOO_LONG)
        if status == 429 or status >= 500 or status == 408:  # noqa: PLR2004
            is_over = "quota" in lower or "billing" in lower
            return TroubleError(
                f"{self._vendor} takes no request at the moment ({status}){told}",
                "it is tried again by itself; see the account, or choose another embedder",
                is_transient=not is_over,
                retry_after_s=_seconds(headers),
            )
        return TroubleError(
            f"{self._vendor} does not take the request ({status}){told}",
            f"check that {self._model} is an embedding model:"
            " agentxd config set --scope user index_embedder_model NAME",
            is_too_long=is_too_long,
        )

    def of_network(self, error: BaseException) -> TroubleError:
        """No answer at all, or one that broke off."""
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLError):
                why = getattr(cause, "verify_message", "") or cause.reason or "TLS failed"
                return TroubleError(
                    f"The connection to {self._vendor} at {self._url} is not safe: {why}.",
                    "check the address, the clock and the proxy",
                )
            if isinstance(cause, socket.gaierror):
                return self._unreachable("its name is not known")
            if isinstance(cause, ConnectionRefusedError):
                return self._unreachable("nothing listens there")
            if "Timeout" in type(cause).__name__:
                return self._unreachable("it does not answer in time")
        return self._unreachable("the connection broke off")

    def malformed(self, what: str) -> TroubleError:
        """An answer that is none."""
        return TroubleError(
            f"{self._vendor} answered something that cannot be read: {self._short(what)}",
            f"check what stands at {self._url}",
        )

    def _no_model(self, told: str) -> TroubleError:
        next_step = "agentxd config set --scope user index_embedder_model NAME"
        if self._vendor == "ollama":
            next_step = f"fetch it: ollama pull {self._model}; or name another: {next_step}"
        return TroubleError(
            f"{self._vendor} at {self._url} has no model {self._model!r} (404){told}", next_step
        )

    def _unreachable(self, why: str) -> TroubleError:
        next_step = "agentxd config set --scope user index_embedder_url URL"
        if self._vendor == "ollama":
            next_step = f"start it: ollama serve; or set its address: {next_step}"
        return TroubleError(
            f"{self._vendor} cannot be reached at {self._url}: {why}.",
            next_step,
            is_transient=True,
        )

    def _short(self, words: str) -> str:
        """On one line, without secrets."""
        line = " ".join(words.split())
        if self._key:
            line = line.replace(self._key, "***")
        line = redact(line)
        return line if len(line) <= _MAX_WORDS else line[: _MAX_WORDS - 1] + "…"


def told(body: object) -> str:
    """What a server says in its own words, wherever it puts them."""
    if isinstance(body, dict):
        return told(body.get("message") or body.get("error") or body.get("detail") or "")
    return str(body or "")


def _seconds(headers: Mapping[str, str] | None) -> float:
    """Of `retry-after`, 0 where it tells no number."""
    try:
        return max(0.0, float((headers or {}).get("retry-after") or 0))
    except ValueError:
        return 0.0


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
