import { PROTOCOL_VERSION } from "../protocol.gen";

/** Why the daemon does not run, and what a person can do. */
export interface Problem {
  readonly message: string;
  readonly nextStep: string;
}

export const NO_PROBLEM: Problem = { message: "", nextStep: "" };

/** There is no `agentxd`. */
export function missing(setting: string, looked: readonly string[]): Problem {
  if (setting) {
    return {
      message: `There is no program ${looked[0] ?? setting}, which the setting agentx.client.path names.`,
      nextStep: "Correct or empty the setting.",
    };
  }
  return {
    message: "agentxd, the daemon that does AgentX's work, is not in this workspace's .venv, on PATH or in ~/.local/bin.",
    nextStep: "Install it, or set agentx.client.path.",
  };
}

/** Another protocol is spoken. */
export function mismatched(spoken: string, version: string): Problem {
  if (!spoken) {
    return {
      message: "What answered as agentxd is no AgentX daemon.",
      nextStep: "Look at the setting agentx.client.path.",
    };
  }
  const isOlder = Number.parseInt(spoken, 10) < Number.parseInt(PROTOCOL_VERSION, 10);
  return {
    message: `agentxd ${version} speaks protocol ${spoken}; this extension speaks ${PROTOCOL_VERSION}.`,
    nextStep: isOlder
      ? "Update agentxd, stop the running daemon with “agentxd stop”, then try again."
      : "Update this extension.",
  };
}
