"""Work-done progress: of a goal from any client, cancelled as an editor cancels."""

import pytest
from conversations import call, task_state, written
from shim_client import ShimClient

HAS_PROGRESS = {"window": {"workDoneProgress": True}}
SLEEP = call("run", command="sleep 60")


@pytest.fixture
def client(house):
    one = ShimClient(house, HAS_PROGRESS)
    one.answers["window/workDoneProgress/create"] = None
    yield one
    one.leave()


def kinds(client, token):
    return [note["value"]["kind"] for note in client.of("$/progress") if note["token"] == token]


@pytest.mark.parametrize("token", [None, "mine", 7])
def test_cancel_of_a_progress_ends_the_task_and_its_sandbox(client, house, token):
    script = written(house, SLEEP)
    params = {"goal": "sleep", "provider": "scripted", "script": script}
    more = {} if token is None else {"workDoneToken": token}
    task = client.ask("agentx/goal/run", {**params, **more})["taskId"]
    if token is None:
        created = client.until(lambda: client.of("window/workDoneProgress/create"))
        token = created[0]["token"]
    client.until(lambda: any("sleep 60" in str(n) for n in client.of("$/progress")))
    begun = client.of("$/progress")[0]
    assert begun["token"] == token
    assert begun["value"]["cancellable"] is True
    client.notify("window/workDoneProgress/cancel", {"token": token})
    client.until(lambda: "end" in kinds(client, token))
    assert kinds(client, token)[0] == "begin"
    assert kinds(client, token).count("end") == 1
    assert task_state(house, task, "cancelled")["id"] == task
    assert list(house.state_dir.glob("sandboxes/*")) == []
    client.notify("window/workDoneProgress/cancel", {"token": token})
    client.notify("window/workDoneProgress/cancel", {"token": "never heard of"})
    assert client.ask("agentx/daemon/status")["nRunningTasks"] == 0


def test_a_token_of_the_client_is_used_and_none_is_made(house):
    client = ShimClient(house)
    task = client.command("agentx.run", "sort imports", workDoneToken="of the client")["taskId"]
    client.until(lambda: "end" in kinds(client, "of the client"))
    assert task_state(house, task, "completed", "no_change")
    assert client.of("window/workDoneProgress/create") == []
    client.leave()


def test_an_editor_that_leaves_takes_no_task_with_it(house):
    client = ShimClient(house, HAS_PROGRESS)
    client.answers["window/workDoneProgress/create"] = None
    script = written(house, call("run", command="sleep 1; echo x > new.txt"))
    params = {"goal": "write", "provider": "scripted", "script": script}
    task = client.ask("agentx/goal/run", params)["taskId"]
    client.leave()
    assert task_state(house, task, "completed")["proposalIds"] == ["p1"]
