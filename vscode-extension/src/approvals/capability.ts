/** Tells the daemon that this client asks people by itself. */

import type { ClientCapabilities, StaticFeature } from "vscode-languageclient";

/** The daemon shows no question here then: not as a message either, whose answer could not be taken back. */
export function asksByItself(): StaticFeature {
  return {
    fillClientCapabilities(capabilities: ClientCapabilities): void {
      capabilities.experimental = { ...capabilities.experimental, agentx: { asksApprovals: true } };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  };
}
