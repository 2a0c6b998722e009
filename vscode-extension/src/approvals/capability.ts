/** Tells the daemon that this client asks people by itself. */

import type { ClientCapabilities, StaticFeature } from "vscode-languageclient";

/** Without messages that have buttons the daemon does not ask here, where an answer could not be taken back. */
export function asksByItself(): StaticFeature {
  return {
    fillClientCapabilities(capabilities: ClientCapabilities): void {
      delete capabilities.window?.showMessage;
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  };
}
