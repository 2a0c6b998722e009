import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A program named agentxd that greets as a daemon with these capabilities, and then is silent. */
export function greeter(experimental: object): string {
  return program(`
let buffered = "";
process.stdin.setEncoding("utf8").on("data", (text) => {
  buffered += text;
  const [, id] = /"id":(\\d+),"method":"(?:initialize|shutdown)"/.exec(buffered) ?? [];
  if (id === undefined) return;
  buffered = "";
  const result = { capabilities: { experimental: ${JSON.stringify(experimental)} }, serverInfo: { name: "agentxd", version: "9.9.9" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: Number(id), result });
  process.stdout.write("Content-Length: " + Buffer.byteLength(body) + "\\r\\n\\r\\n" + body);
});
process.stdin.on("end", () => process.exit(0));
`);
}

/** A program named agentxd that says this and fails. */
export function failing(said: string): string {
  return program(`process.stderr.write(${JSON.stringify(said)}, () => process.exit(1));`);
}

function program(source: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "agentx-host-")), "agentxd");
  writeFileSync(file, `#!${process.execPath}\n${source}`);
  chmodSync(file, 0o755);
  return file;
}
