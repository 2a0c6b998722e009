"""One request answered: healthy, refused or damaged, on whichever wire it came."""

import asyncio
from collections.abc import Iterable, Iterator

from loopback.answers import Act, Answer, Item
from loopback.faults import Broken, BrokenOff, Fault, Ill, Refused
from loopback.http import Link, Request
from loopback.wires import Turn, Wire
from loopback.wires.base import Trouble, dumps

Step = Answer | Fault
PAGE = "<html><head><title>{status}</title></head><body><h1>{message}</h1></body></html>\n"


class Player:
    """Answers on one connection."""

    def __init__(self, link: Link, wire: Wire, request: Request, serial: int) -> None:
        self._link = link
        self._wire = wire
        self._request = request
        self._serial = serial

    async def play(self, step: Step) -> None:
        """Send it. Raises ConnectionError where the client goes, or where the fault wants it."""
        ill: Ill = step.ill if isinstance(step, Fault) else step
        if isinstance(ill, BrokenOff) and not self._wire.wants_stream(self._request.body):
            ill = Refused(ill.trouble)
        if isinstance(ill, Refused):
            await self.refuse(ill)
            return
        if not isinstance(ill, Answer | Broken | BrokenOff):
            raise TypeError(f"{step} is at another URL: ask the server for it with `stage`")
        if isinstance(ill, Answer) and not self._wire.wants_stream(self._request.body):
            turn = self._turn(ill)
            await self._link.send(
                200, self._headers("application/json"), dumps(self._wire.whole(turn))
            )
            return
        await self._stream(ill)

    async def refuse(self, refused: Refused) -> None:
        """An error, as the vendor or as a proxy writes it."""
        trouble = refused.trouble
        body = dumps(self._wire.error(trouble))
        kind = "application/json"
        if refused.html:
            body = PAGE.format(status=trouble.status, message=trouble.message).encode()
            kind = "text/html"
        await self._link.send(trouble.status, {**self._headers(kind), **refused.headers}, body)

    async def _stream(self, ill: Answer | Broken | BrokenOff) -> None:
        whole = ill if isinstance(ill, Answer) else ill.answer
        streams = self._wire.wants_stream(self._request.body)
        kind = self._wire.stream_type if streams else "application/json"
        await self._link.begin(200, {**self._headers(kind), "cache-control": "no-cache"})
        pace = Pace(whole.pace_s)
        for item in self._items(ill, self._turn(whole)):
            if isinstance(item, bytes):
                await self._link.chunk(item)
            elif isinstance(item, float):
                await asyncio.sleep(item)
            elif item is Act.BEAT:
                await pace.wait()
            elif item is Act.STALL:
                await self._link.gone()
                raise ConnectionResetError("the client gave up waiting")
            else:
                self._link.reset()
                raise ConnectionAbortedError("reset, as it was asked for")
        await self._link.end()

    def _items(self, ill: Answer | Broken | BrokenOff, turn: Turn) -> Iterable[Item]:
        if isinstance(ill, Answer):
            return self._wire.stream(turn)
        pieces = list(self._pieces(turn))
        if isinstance(ill, Broken):
            return ill.damage(pieces)
        return [*pieces[: len(pieces) // 2], self._wire.broken_off(turn, ill.trouble)]

    def _pieces(self, turn: Turn) -> Iterator[bytes]:
        """The body in its events, or in four parts where it is one object."""
        if self._wire.wants_stream(self._request.body):
            yield from (item for item in self._wire.stream(turn) if isinstance(item, bytes))
            return
        body = dumps(self._wire.whole(turn))
        size = -(-len(body) // 4)
        yield from (body[start : start + size] for start in range(0, len(body), size))

    def _turn(self, whole: Answer) -> Turn:
        return Turn(whole, self._request.body, self._serial)

    def _headers(self, kind: str) -> dict[str, str]:
        return {"content-type": kind, **self._wire.headers(self._serial)}


class Pace:
    """Beats at fixed times from the first on, so that no delay adds up."""

    def __init__(self, pace_s: float) -> None:
        self._pace_s = pace_s
        self._next_s = asyncio.get_running_loop().time()

    async def wait(self) -> None:
        """Until the next beat; at once where there is no pace."""
        if self._pace_s:
            self._next_s += self._pace_s
            await asyncio.sleep(max(0.0, self._next_s - asyncio.get_running_loop().time()))


def nothing_left(request: Request) -> Refused:
    """What a request gets that nobody expected; no client tries it again."""
    words = f"the loopback server has nothing left to play for {request.path}"
    return Refused(Trouble(400, words), {"x-should-retry": "false"})
