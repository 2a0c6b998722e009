"""What the shipped table was learnt from: who is kept out, and how pairs are cut."""

import pytest
from agentxd.index.words import WordSplitter
from agentxd.plugins.embedders.static import TABLE
from agentxd.plugins.embedders.training.__main__ import MANIFEST
from agentxd.plugins.embedders.training.definitions import definitions, without
from agentxd.plugins.embedders.training.licences import PERMISSIVE, permissive
from agentxd.plugins.embedders.training.packages import read_manifest
from agentxd.plugins.embedders.training.pairs import Pair, Sieve, file_pairs, is_usable
from agentxd.plugins.embedders.training.reserved import EVALUATION, is_copy, refused

RESERVED = """Django Flask requests httpx scrapy SQLAlchemy pandas rich Textual poetry express hono
vue typeorm zod prettier gin caddy cobra hugo etcd ripgrep tokio serde axum clap redis curl jq
fastlane laravel symfony"""


class TestReserved:
    def test_the_list_is_the_one_that_was_agreed(self):
        assert {name.lower() for name in RESERVED.split()} <= EVALUATION

    @pytest.mark.parametrize("name", RESERVED.split())
    def test_each_is_refused_in_every_registry_and_inside_others(self, name):
        for form in (
            "{0}",
            "python3-{0}",
            "python3-{0}-extras",
            "librust-{0}-dev",
            "librust-{0}-1+derive-dev",
            "golang-github-{0}-{0}-dev",
            "node-{0}",
            "@{0}/core",
            "pip/_vendor/{0}/models.py",
            "lib/{0}.py",
            "lib/{0}2/a.py",
        ):
            assert refused(form.format(name)), form

    @pytest.mark.parametrize(
        "name", ["enrich", "python3-engine", "librust-observer-dev", "imaging"]
    )
    def test_others_that_only_sound_like_them_pass(self, name):
        assert refused(name) == ""

    def test_no_package_of_the_manifest_is_reserved(self):
        packages = read_manifest(MANIFEST)
        assert len(packages) > 1_000
        assert [p.name for p in packages if refused(p.name)] == []
        assert all(package.version for package in packages)

    def test_every_licence_of_the_manifest_is_permissive(self):
        licences = {one for p in read_manifest(MANIFEST) for one in p.licence.split(", ")}
        assert [one for one in licences if not PERMISSIVE.match(one)] == []

    def test_other_peoples_copies_are_left_out(self):
        assert is_copy("pip/_vendor/six.py")
        assert not is_copy("pip/vendor.py")
        assert not is_usable("pip/_vendor/six.py", b"def f(): pass\n")
        assert not is_usable("app.min.js", b"x" * 5000)
        assert is_usable("app.py", b"def f(): pass\n")


def copyright_of(*stanzas: str) -> str:
    head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    return "\n\n".join((head, *stanzas))


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (copyright_of("Files: *\nLicense: MIT"), "MIT"),
        (copyright_of("Files: *\nLicense: MIT or Apache-2.0\n text"), "Apache-2.0, MIT"),
        (copyright_of("Files: *\nLicense: Expat", "Files: debian/*\nLicense: GPL-2+"), "Expat"),
        (copyright_of("Files: *\nLicense: Expat", "Files: a/*\nLicense: LGPL-2.1"), ""),
        (copyright_of("Files: *\nLicense: GPL-2 or MIT"), ""),
        (copyright_of("License: MIT"), ""),
        ("MIT, says a file that no program can read", ""),
        ("", ""),
    ],
)
def test_licences(text, licence):
    assert permissive(text) == licence


SOURCES = {
    "a.py": '@cached\ndef load(path):\n    """Load a table. Slowly.\n\n    More."""\n    return 1\n',
    "a.go": "package a\n\n// Load loads a table.\n// Slowly.\nfunc Load(path string) int {\n\treturn 1\n}\n",
    "a.rs": "/// Loads a table. Slowly.\n#[inline]\npub fn load(path: &str) -> u8 {\n    1\n}\n",
    "a.ts": "/**\n * Loads a table.\n * @param path where\n */\nexport const load = (path: string) => {\n  return 1\n}\n",
    "a.js": "/** Loads a table. */\nA.prototype.load = function (path) {\n  return 1\n}\n",
    "a.rb": "# Loads a table.\ndef load(path)\n  1\nend\n",
    "a.php": "<?php\n/**\n * Loads a table.\n *\n * @return int\n */\nfunction load($path) {\n  return 1;\n}\n",
}


@pytest.mark.parametrize("path", SOURCES)
def test_the_first_sentence_and_the_definition_without_it(path):
    content = SOURCES[path].encode()
    (found,) = definitions(path, content)
    bare = without(content, 0, len(content), found.docs)
    assert found.sentence.lower() in {"load a table", "loads a table"}
    assert found.name.lower() == "load"
    assert b"able" not in bare
    assert bare.count(b"\n") == content.count(b"\n")
    assert b"oad" in bare.split(b"\n")[found.line]


def test_pairs_have_no_documentation_and_once_no_name():
    content = b'def load_table(path):\n    """Reads rows from disk."""\n    return load_table(open(path))\n'
    (pair,) = file_pairs("acme", "a.py", content, WordSplitter())
    assert pair.sentence == "reads rows from disk"
    assert pair.name == "load table"
    assert pair.body == "def load table path return load table open path"
    assert pair.nameless == "def path return open path"


def test_the_sieve_lets_a_body_pass_once_and_a_worn_sentence_no_more():
    sieve = Sieve(["known elsewhere"])
    pairs = [Pair("p", ".py", True, "n", "the same", f"body {n}", "") for n in range(6)]
    kept = [sieve.passes(pair) for pair in pairs]
    assert [pair.sentence for pair in kept if pair] == ["the same"] * 4 + [""] * 2
    assert sieve.passes(pairs[0]) is None
    assert sieve.passes(Pair("p", ".py", True, "n", "s", "known elsewhere", "")) is None


def test_the_table_has_a_card():
    card = TABLE.with_name("static-v1.md").read_text()
    for heading in ("Data", "Licences", "Figures", "Limits"):
        assert f"## {heading}" in card
