"""`python -m tests.editors.workbench.pictures`: runs the scenarios and keeps some of their pictures for the docs."""

import os
import struct
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
IMAGES = HERE.parents[2] / "docs/images"
MAX_BYTES = 150_000
PICTURES = {
    "proposal-and-diff": "vscode-proposal",
    "lenses": "vscode-lenses",
    "hunk-shown": "vscode-hunk",
    "edit-a-hunk": "vscode-edit",
    "goal-running": "vscode-goal",
    "question-always": "vscode-question",
    "chat-streams": "vscode-chat",
    "canvas": "vscode-canvas",
    "quick-fix": "vscode-finding",
    "walkthrough": "vscode-walkthrough",
}
"""Named moment of a scenario to file of the docs."""
Pixels = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


def main() -> int:
    """The exit code of the scenarios; a failed one leaves the pictures of the docs as they were."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AGENTX_ARTEFACTS"] = folder
        code = pytest.main([str(HERE), *sys.argv[1:]])
        if code == 0:
            IMAGES.mkdir(exist_ok=True)
            for name, kept in PICTURES.items():
                for found in Path(folder).rglob(f"{name}.png"):
                    keep(found, IMAGES / f"{kept}.png")
    return int(code)


def keep(found: Path, path: Path) -> None:
    """The same picture in 256 colours. Raises ValueError where it is too large all the same."""
    small = encoded(*with_palette(decoded(found.read_bytes())))
    if len(small) > MAX_BYTES:
        raise ValueError(f"{path.name} has {len(small)} bytes")
    path.write_bytes(small)
    print(f"{path.name}: {found.stat().st_size} bytes, kept {len(small)}")


def with_palette(pixels: Pixels) -> tuple[np.ndarray, np.ndarray]:
    """Places in a palette, and the palette: the most frequent colours; others become the nearest."""
    flat = pixels.reshape(-1, 3)
    colors, places, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    chosen = np.argsort(-counts)[:256]
    palette = colors[chosen]
    nearest = np.empty(len(colors), dtype=np.uint8)
    for start in range(0, len(colors), 2048):  # in pieces, for the memory's sake
        piece = colors[start : start + 2048, None].astype(np.int32) - palette[None].astype(np.int32)
        nearest[start : start + 2048] = (piece**2).sum(axis=2).argmin(axis=1)
    return nearest[places.reshape(-1)].reshape(pixels.shape[:2]), palette


def decoded(data: bytes) -> Pixels:
    """Red, green and blue of a PNG as Chromium writes it: 8 bits, no interlacing."""
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    n_channels = {2: 3, 6: 4}[kind]
    raw = np.frombuffer(zlib.decompress(_content(data)), dtype=np.uint8)
    lines = raw.reshape(height, 1 + width * n_channels)
    above = np.zeros(width * n_channels, dtype=np.uint8)
    rows = []
    for line in lines:
        above = _unfiltered(int(line[0]), line[1:], above, n_channels)
        rows.append(above)
    return np.stack(rows).reshape(height, width, n_channels)[:, :, :3]


def encoded(places: np.ndarray, palette: np.ndarray) -> bytes:
    """A PNG with a palette."""
    height, width = places.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), places.astype(np.uint8)])
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _unfiltered(kind: int, line: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    if kind == 0:
        return line.copy()
    if kind == 2:
        return line + above
    done = bytearray(line.tobytes())
    up = above.tobytes()
    for place, value in enumerate(done):
        left = done[place - step] if place >= step else 0
        corner = up[place - step] if place >= step else 0
        guess = {1: left, 3: (left + up[place]) // 2}.get(kind)
        done[place] = (value + (_paeth(left, up[place], corner) if guess is None else guess)) & 255
    return np.frombuffer(bytes(done), dtype=np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _content(data: bytes) -> bytes:
    found, place = [], 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            found.append(data[place + 8 : place + 8 + length])
        place += 12 + length
    return b"".join(found)


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return len(data).to_bytes(4) + name + data + checksum.to_bytes(4)


if __name__ == "__main__":
    sys.exit(main())
