"""A reading child: reads and parses what it is told to, until its input ends."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from agentxd.plugins.indexing.wire import encoded
from agentxd.plugins.indexing.worker.reader_wire import Delivery, Order
from agentxd.plugins.indexing.worker.taking import Taker
from agentxd.plugins.workers.frames import Frames, framed
from agentxd.plugins.workers.lowering import end_with, give_way

_CHUNK = 1 << 16


def serve(parent: int, make_taker: Callable[[], Taker]) -> None:
    """Until standard input ends or the worker is gone. Raises MsgspecError for nonsense."""
    end_with(parent)
    give_way()
    output = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not end up between the frames
    taker = make_taker()
    gc.freeze()
    gc.disable()  # contents hold no cycles; what parsing leaves is collected after each order
    with suppress(BrokenPipeError):
        for order in _orders():
            taken = taker.take(order.paths, is_hash_only=order.is_hash_only)
            _write(output, encoded(Delivery(order.number, msgspec.Raw(encoded(taken)))))
            gc.collect(0)  # nothing older: what is remembered of names grows, and stays
    os._exit(0)


def _orders() -> Iterator[Order]:
    frames, decoder = Frames(), msgspec.msgpack.Decoder(Order)
    while data := os.read(0, _CHUNK):
        for frame in frames.feed(data):
            yield decoder.decode(frame)


def _write(handle: int, body: bytes) -> None:
    left = memoryview(framed(body))
    while left:
        left = left[os.write(handle, left) :]
