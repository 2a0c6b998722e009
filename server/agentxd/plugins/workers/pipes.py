"""A child's own ends of its pipes, for an event loop."""

import asyncio
import os


async def opened_pipes(
    input_handle: int, output_handle: int, chunk: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Streams over two open handles; `chunk` is the reader's limit in bytes."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(chunk)
    source = os.fdopen(input_handle, "rb", buffering=0)
    sink = os.fdopen(output_handle, "wb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), source)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sink
    )
    return reader, asyncio.StreamWriter(transport, protocol, None, loop)
