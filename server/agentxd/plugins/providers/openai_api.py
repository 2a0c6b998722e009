"""OpenAI's two APIs on the official SDK, and the servers that speak one of them."""

from collections.abc import AsyncGenerator
from typing import Any

import openai

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Delta, ModelRequest
from agentxd.plugins.providers.openai_chat import ChatAnswer, chat_body
from agentxd.plugins.providers.openai_responses import ResponsesAnswer, responses_body
from agentxd.plugins.providers.registry import find_model
from agentxd.plugins.providers.vendors import OPENAI, Endpoint
from agentxd.plugins.providers.worker.answers import Seen
from agentxd.plugins.providers.worker.draining import drained
from agentxd.plugins.providers.worker.troubles import Place, retry_after
from agentxd.plugins.providers.worker.trust import LateTrust, is_secure

_CONNECT_S = 10.0
_KEEP_S = 120.0
_STATUS = {
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
    "context_length_exceeded": 400,
    "invalid_prompt": 400,
    "server_overloaded": 503,
    "overloaded": 503,
}
"""What an error in the middle of a stream would have been as an answer's status."""


class OpenaiAdapter:
    """One endpoint."""

    def __init__(self, endpoint: Endpoint, url: str, key: str) -> None:
        self._endpoint = endpoint
        self._place = Place(OPENAI, url, key)
        self._is_official = not url or "api.openai.com" in url
        self._wire = endpoint.wire or ("responses" if self._is_official else "chat")
        timeout = openai.Timeout(endpoint.stall_s, connect=_CONNECT_S)
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",  # servers of one's own ask for none
            base_url=url or None,
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAsyncHttpxClient(
                timeout=timeout, limits=_limits(), verify=_trust(url)
            ),
        )

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        """One attempt."""
        model = find_model("openai", request.model)
        effort = request.effort or self._endpoint.effort
        answer: ResponsesAnswer | ChatAnswer
        if self._wire == "responses":
            answer, path = ResponsesAnswer(self._place), "/responses"
            body = responses_body(request, model, effort)
        else:
            answer, path = ChatAnswer(self._place), "/chat/completions"
            body = chat_body(request, model, effort, is_official=self._is_official)
        # the typed methods of the SDK would load hundreds of modules to copy what is plain JSON
        events = await self._client.post(
            path,
            body=body | {"stream": True},
            cast_to=object,
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )
        async with events:
            async for event in events:
                for delta in answer.take(Seen(event)):
                    yield delta
                if answer.is_over:
                    await drained(events)
                    break
        yield answer.finished(request, model)

    async def models(self) -> tuple[str, ...]:
        """Names of the models that the server has."""
        return tuple([model.id async for model in self._client.models.list()])

    def trouble(self, error: Exception, model: str) -> ProviderError:
        """In words for a person."""
        if isinstance(error, openai.APIStatusError):
            words = error.body.get("message") if isinstance(error.body, dict) else error.body
            return self._place.of_status(
                error.status_code,
                model,
                str(words or ""),
                retry_after_s=retry_after(error.response.headers),
                code=error.code or "",
            )
        if found := self._place.of_network(error):
            return found
        if isinstance(error, openai.APIError):  # told in the middle of a stream
            return self.told_inside(error.code or "", error.message, model)
        if isinstance(error, ValueError):  # JSON, UTF-8 and pydantic's
            return self._place.malformed(str(error))
        return self._place.broken(error)

    def told_inside(self, code: str, words: str, model: str) -> ProviderError:
        """An error within a stream that began well."""
        status = 503 if "overloaded" in words.lower() else _STATUS.get(code, 500)
        return self._place.of_status(status, model, words, code=code)


def _trust(url: str) -> LateTrust:
    import httpx2  # noqa: PLC0415  # the transport that the SDK brings

    return LateTrust(httpx2.create_ssl_context, is_soon=is_secure(url))


def _limits() -> Any:
    """Many streams at once, and warm connections between the steps of a task."""
    import httpx2  # noqa: PLC0415  # the transport that the SDK brings

    return httpx2.Limits(
        max_connections=1_000, max_keepalive_connections=100, keepalive_expiry=_KEEP_S
    )
