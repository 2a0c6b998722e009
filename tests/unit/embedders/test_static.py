"""The static embedder, and what any embedder owes to the index."""

import subprocess
import sys

import numpy as np
import pytest
from agentxd.kernel.errors import EmbedderError
from agentxd.kernel.index_ports import Embedder
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.registry import embedder_names, make_embedder
from agentxd.plugins.embedders.static import TABLE, StaticEmbedder
from agentxd.plugins.embedders.table import read_table, write_table

TEXTS = [
    "def parse_header(line):\n    name, _, value = line.partition(':')\n    return name, value",
    "func (s *Server) Shutdown(ctx context.Context) error { close(s.done); return nil }",
    "",
    "   \n\t",
    "zzyzxqy ÅÖñ 東京 qwrtpsdfg",
    "x" * 100_000,
    "word " * 50_000,
]


@pytest.fixture(params=["static"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return make_embedder(request.param)


def rows(embedder: Embedder, texts: list[str]) -> np.ndarray:
    found = np.frombuffer(embedder.documents(texts), np.int8)
    return found.reshape(len(texts), embedder.dimensions).astype(np.float64)


class TestContract:
    def test_one_row_of_its_dimensions_for_each_text(self, embedder):
        assert len(embedder.documents(TEXTS)) == len(TEXTS) * embedder.dimensions
        assert len(embedder.query("where is the header parsed")) == embedder.dimensions

    def test_no_texts_no_rows(self, embedder):
        assert embedder.documents([]) == b""

    def test_a_batch_is_the_same_as_one_by_one(self, embedder):
        assert embedder.documents(TEXTS) == b"".join(embedder.documents([t]) for t in TEXTS)

    def test_no_row_is_all_zero_so_that_its_angle_is_defined(self, embedder):
        assert (np.abs(rows(embedder, TEXTS)).sum(axis=1) > 0).all()
        assert any(embedder.query(""))

    def test_rows_are_about_equally_long(self, embedder):
        lengths = np.linalg.norm(rows(embedder, TEXTS[:2]), axis=1)
        assert lengths.max() / lengths.min() < 1.05

    def test_the_same_in_another_process(self, embedder):
        program = (
            "import sys; from agentxd.plugins.embedders.registry import make_embedder;"
            f"e = make_embedder({embedder_names()[0]!r});"
            "sys.stdout.buffer.write(e.documents([sys.argv[1]]) + e.query(sys.argv[1]))"
        )
        text = "unknown zzyzxqy and parse_header"
        done = subprocess.run(
            [sys.executable, "-c", program, text],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": "7"},
        )
        assert done.stdout == embedder.documents([text]) + embedder.query(text)

    def test_what_is_about_the_same_is_nearer(self, embedder):
        query = np.frombuffer(embedder.query("stop the server gracefully"), np.int8).astype(float)
        scores = rows(embedder, TEXTS[:2]) @ query
        assert scores[1] > scores[0]


def test_the_name_on_the_first_line_counts_for_more():
    embedder = StaticEmbedder()
    body = "def f(x):\n    total = parse(x) + send(x)\n    return close(total)"
    query = np.frombuffer(embedder.query("parse"), np.int8).astype(float)
    named, other = rows(embedder, [f"parse\n{body}", f"close\n{body}"]) @ query
    assert named > other


class TestTheTable:
    def test_it_is_small_and_whole(self):
        table = read_table(TABLE)
        assert TABLE.stat().st_size <= 8_000_000
        assert table.rows.shape == (
            len(table.words) + table.n_buckets,
            StaticEmbedder.dimensions,
        )
        assert table.name == StaticEmbedder.name
        assert len(set(table.words)) == len(table.words)

    def test_its_rows_are_mapped_not_copied(self):
        first, second = StaticEmbedder(), StaticEmbedder()
        assert first.query("a") == second.query("a")
        for embedder in (first, second):
            assert isinstance(embedder._table.rows.base, np.memmap)
            assert not embedder._table.rows.flags.owndata
            assert not embedder._table.rows.flags.writeable

    def test_nothing_is_read_before_it_is_needed(self, tmp_path):
        assert StaticEmbedder(place=tmp_path / "no such file").dimensions == 256

    @pytest.mark.parametrize("damage", ["missing", "empty", "foreign", "cut", "flipped", "head"])
    def test_a_damaged_one_says_what_to_do(self, tmp_path, damage):
        place = tmp_path / "table.bin"
        whole = TABLE.read_bytes()
        middle = len(whole) // 2
        contents = {
            "empty": b"",
            "foreign": b"#!/bin/sh\n" * 50,
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "head": whole[:12] + b"\xff" * 40 + whole[52:],
        }
        if damage in contents:
            place.write_bytes(contents[damage])
        with pytest.raises(EmbedderError) as raised:
            StaticEmbedder(place=place).query("anything")
        assert str(place) in raised.value.message
        assert raised.value.next_step

    def test_written_and_read_it_is_the_same(self, tmp_path):
        table = read_table(TABLE)
        write_table(tmp_path / "again.bin", table)
        assert (tmp_path / "again.bin").read_bytes() == TABLE.read_bytes()


class TestTheRegistry:
    def test_an_unknown_name_is_told_what_there_is(self):
        with pytest.raises(EmbedderError) as raised:
            make_embedder("no such")
        assert "static" in raised.value.next_step

    def test_a_third_party_comes_in_by_the_same_door(self, tmp_path, monkeypatch):
        (tmp_path / "acme_embedder.py").write_text(
            "class Acme:\n    name, dimensions, is_cheap = 'acme-1', 4, True\n"
            "def make(settings):\n    Acme.model = settings.model\n    return Acme()\n"
            "def broken(settings):\n    raise RuntimeError('no licence')\n"
        )
        info = tmp_path / "acme_embedder-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-embedder\nVersion: 1\n")
        (info / "entry_points.txt").write_text(
            "[agentxd.embedders]\nacme = acme_embedder:make\nbad = acme_embedder:broken\n"
            "static = acme_embedder:make\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        assert {"acme", "bad"} <= set(embedder_names())
        assert make_embedder("acme", EmbedderSettings(model="m")).dimensions == 4
        assert make_embedder("static").name == StaticEmbedder.name
        with pytest.raises(EmbedderError, match="no licence"):
            make_embedder("bad")
