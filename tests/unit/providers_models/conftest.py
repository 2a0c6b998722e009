"""One worker and one loopback server for all tests of a file."""

import os
import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from agentxd.plugins.providers.worker.host import WorkerHost
from loopback import model_server
from wires import ENVIRONMENT


@pytest.fixture
def server():
    with model_server() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def host():
    found = WorkerHost(environment={**os.environ, **ENVIRONMENT})
    yield found
    await found.close()
