import { agentx, assert } from "./support";

suite("daemon", () => {
  test("it runs once the folder is open, and answers", async () => {
    const { daemon } = await agentx();
    const status = await daemon.request("agentx/daemon/status", {});
    assert.ok(status.pid > 0);
    assert.equal(status.version, daemon.version);
  });

  test("an error of the daemon has a name and a next step", async () => {
    const { daemon } = await agentx();
    await assert.rejects(daemon.request("agentx/task/get", { taskId: "t999" }), { name: "DaemonError", code: "not_found" });
  });
});
