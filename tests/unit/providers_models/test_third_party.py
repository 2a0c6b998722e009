"""A third party's provider: a real little package on the path, by the door of our own vendors."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.installed import GROUP, declared, find_vendor, installed, known_names
from agentxd.plugins.providers.vendors import VENDORS, Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost
from loopback import answer
from wires import hear, request

MODULE = """
from agentxd.kernel.models import Price
from agentxd.plugins.providers.registry import Row
from agentxd.plugins.providers.vendors import Vendor

ROWS = (
    Row(provider="acme", name="acme-1", pattern="acme-*", context_tokens=64_000,
        max_output_tokens=2_000, price=Price(input=3.0, output=6.0)),
)
VENDOR = Vendor("acme", "acme_agentxd.adapter:AcmeAdapter", ("ACME_KEY",), "ACME_URL",
                "https://acme.invalid", models=ROWS)
OTHER = Vendor("somebody", "acme_agentxd.adapter:AcmeAdapter")
NOTHING = 7
"""
ADAPTER = '''
import json
import urllib.error
import urllib.request

from agentxd.kernel.messages import Text, TextDelta, Usage
from agentxd.plugins.providers.registry import find_model
from agentxd.plugins.providers.worker.answers import whole_step
from agentxd.plugins.providers.worker.troubles import Place
from acme_agentxd import ROWS, VENDOR


class AcmeAdapter:
    """Speaks the loopback server's chat without a stream, with nothing but the standard library."""

    def __init__(self, endpoint, url, key):
        self._place, self._url, self._key = Place(VENDOR, url, key), url, key

    async def stream(self, request):
        model = find_model("acme", request.model, ROWS)
        text = request.messages[-1].parts[0].text
        body = {"model": request.model, "messages": [{"role": "user", "content": text}]}
        call = urllib.request.Request(
            f"{self._url}/v1/chat/completions", json.dumps(body).encode(),
            {"authorization": f"Bearer {self._key}", "content-type": "application/json"},
        )
        found = json.load(urllib.request.urlopen(call))
        text = found["choices"][0]["message"]["content"]
        yield TextDelta(text)
        usage = Usage(found["usage"]["prompt_tokens"], found["usage"]["completion_tokens"])
        yield whole_step(request, model, self._place, [Text(text)], reason="end", usage=usage)

    async def models(self):
        return ("acme-1",)

    def trouble(self, error, model):
        if isinstance(error, urllib.error.HTTPError):
            return self._place.of_status(error.code, model, error.read().decode())
        return self._place.broken(error)
'''
KEY = "an unusual~key/of=acme".replace(" ", "-")
ENTRIES = """
[console_scripts]
acme = acme_agentxd:main

[agentxd.vendors]
acme = acme_agentxd:VENDOR
anthropic = acme_agentxd:VENDOR
gone = no_such_module:VENDOR
other = acme_agentxd:OTHER
seven = acme_agentxd:NOTHING
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The package as pip leaves it, on the path of this process and of the worker."""
    code, facts = tmp_path / "acme_agentxd", tmp_path / "acme_agentxd-1.0.dist-info"
    code.mkdir()
    facts.mkdir()
    (code / "__init__.py").write_text(MODULE)
    (code / "adapter.py").write_text(ADAPTER)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-agentxd\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("acme_agentxd")]:
        del sys.modules[name]


@pytest.fixture
async def host(package):
    found = WorkerHost(
        environment={**os.environ, "PYTHONPATH": str(package), "ACME_KEY": KEY, "HOME": "/nowhere"}
    )
    yield found
    await found.close()


def test_our_own_vendors_are_declared_like_everybodys():
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    ours = project["entry-points"][GROUP]
    assert list(ours) == list(VENDORS)
    for name, place in ours.items():
        module, _, attribute = place.partition(":")
        assert getattr(sys.modules[module], attribute) is VENDORS[name]


def test_a_vendor_is_found_by_its_entry_point_and_brings_its_models(package):
    assert declared([str(package)])["acme"] == "acme_agentxd:VENDOR"
    assert "acme" in known_names()
    vendor = find_vendor("acme")
    assert [row.name for row in vendor.models] == ["acme-1"]


def test_what_is_broken_is_told_and_passed_over_and_nobody_takes_a_built_in_name(package):
    works, broken = installed()
    assert [vendor.name for vendor in works] == [*VENDORS, "acme"]
    told = {entry.name: entry.reason for entry in broken}
    assert set(told) == {"anthropic", "gone", "other", "seven"}
    assert "cannot be taken over" in told["anthropic"]
    assert "No module named 'no_such_module'" in told["gone"]
    assert "is the Vendor somebody" in told["other"]
    assert "is no Vendor" in told["seven"]
    assert find_vendor("anthropic") is VENDORS["anthropic"]


def test_a_name_that_nobody_declares_is_an_error_with_a_next_step():
    with pytest.raises(ProviderError) as caught:
        find_vendor("nobody")
    assert "anthropic" in caught.value.next_step


async def test_its_model_answers_through_the_same_worker(host, server):
    server.play(answer("Yes, and gladly."))
    where = Endpoint(vendor="acme", url=server.url, retry_s=0.0)
    heard = await hear(host, where, request("acme", max_output_tokens=10))
    assert heard.error is None
    assert heard.finished.message.parts[0].text == "Yes, and gladly."
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert await host.models(where) == ("acme-1",)


async def test_its_troubles_have_the_same_words_and_never_the_key(host, server):
    server.stage("401")
    where = Endpoint(vendor="acme", url=server.url, retry_s=0.0)
    heard = await hear(host, where, request("acme"))
    assert heard.error.kind == "key"
    assert "agentxd key set acme" in heard.error.next_step
    assert KEY not in heard.error.message


def test_finding_built_in_vendors_reads_no_file_of_any_package():
    probe = (
        "import sys\n"
        "from agentxd.app.models import ModelProviders\n"
        "from agentxd_protocol.setting import Settings\n"
        "makers = ModelProviders(Settings, environment={}).makers({})\n"
        "assert 'anthropic' in makers and makers['openai']\n"
        "held = {'importlib.metadata', 'configparser', 'agentxd.plugins.providers.installed'}\n"
        "assert not held & set(sys.modules), held & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
