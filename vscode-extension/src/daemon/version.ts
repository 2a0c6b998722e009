/** How two versions of the protocol get along; the first number must be the same. */
export type Match = "same" | "daemonOlder" | "daemonNewer" | "mismatched";

export function compare(ours: string, daemon: string): Match {
  const [major, minor] = numbers(ours);
  const [daemonMajor, daemonMinor] = numbers(daemon);
  if (major !== daemonMajor || Number.isNaN(daemonMinor)) return "mismatched";
  if (minor === daemonMinor) return "same";
  return daemonMinor < minor ? "daemonOlder" : "daemonNewer";
}

/** The version that `initialize` announced; empty where what answered is no AgentX daemon. */
export function announced(experimental: unknown): string {
  const agentx = field(experimental, "agentx");
  const version = field(agentx, "protocolVersion");
  return typeof version === "string" ? version : "";
}

function numbers(version: string): [number, number] {
  const [major = "", minor = ""] = version.split(".");
  return [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
