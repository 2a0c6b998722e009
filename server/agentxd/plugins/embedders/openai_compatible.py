"""Vectors of OpenAI, and of the many servers that speak its wire, on the official SDK."""

import os
from collections.abc import Sequence
from typing import Any

import openai

from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.remote import connected, waits_s
from agentxd.plugins.embedders.remote_troubles import Place, told

DEFAULT_MODEL = "text-embedding-3-small"
DEFAULT_URL = "https://api.openai.com/v1"


class OpenaiServer:
    """One model on one server."""

    vendor = "openai"

    def __init__(self, settings: EmbedderSettings, url: str, key: str) -> None:
        self.model = settings.model or DEFAULT_MODEL
        self.url = url
        self._place = Place(self.vendor, self.model, url, key)
        self._timeout_s = settings.timeout_s
        self._client = openai.OpenAI(
            api_key=key or "none",  # servers of one's own ask for none
            base_url=url,
            max_retries=0,
        )

    def embed(self, texts: Sequence[str], *, is_query: bool) -> Sequence[Sequence[float]]:
        """One row for each text. Raises TroubleError."""
        timeout_s, connect_s = waits_s(self._timeout_s, is_query=is_query)
        body = {"model": self.model, "input": list(texts), "encoding_format": "float"}
        timeout = openai.Timeout(timeout_s, connect=connect_s)
        try:
            # the typed method of the SDK would load hundreds of modules to copy what is plain JSON
            answer: Any = self._client.post(
                "/embeddings", body=body, cast_to=object, options={"timeout": timeout}
            )
            return _rows(answer)
        except openai.APIStatusError as error:
            words = str(told(error.body) or error.message)
            raise self._place.of_status(error.status_code, words, error.response.headers) from error
        except openai.APIConnectionError as error:
            raise self._place.of_network(error) from error
        except Exception as error:  # JSON, UTF-8, and an answer of another shape
            raise self._place.malformed(f"{type(error).__name__}: {error}") from error


def _rows(answer: Any) -> list[list[float]]:
    """In the order of the texts. Raises TypeError, KeyError, ValueError for another shape."""
    if isinstance(answer, str):
        raise TypeError(f"text: {answer}")
    if "data" not in answer and "error" in answer:
        raise ValueError(told(answer["error"]) or "an error without a word")
    data = list(answer["data"])
    if all(isinstance(row, dict) and isinstance(row.get("index"), int) for row in data):
        data.sort(key=lambda row: row["index"])
    return [row["embedding"] for row in data]


def make(settings: EmbedderSettings) -> Embedder:
    """The embedder; asks the server for its dimensions. Raises EmbedderError."""
    url = settings.url or os.environ.get("OPENAI_BASE_URL", "") or DEFAULT_URL
    key = settings.key or os.environ.get("OPENAI_API_KEY", "").strip()
    if not key and url == DEFAULT_URL:
        raise EmbedderError(
            "There is no key for openai.",
            "agentxd key set openai; or name a server of your own:"
            " agentxd config set --scope user index_embedder_url URL",
        )
    try:
        server = OpenaiServer(settings, url, key)
    except Exception as error:  # of the SDK's own HTTP library
        raise EmbedderError(
            f"The address of the embedder openai is none: {url!r}: {error}",
            "agentxd config set --scope user index_embedder_url http://HOST:PORT/v1",
        ) from error
    return connected(server)
