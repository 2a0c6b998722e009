/** Why a chat cannot go on now, and what can be done. */

import type { Daemon } from "../daemon/daemon";
import { DaemonError } from "../daemon/errors";
import type { Trouble } from "./messages";

/** Null while the daemon runs or starts. */
export function troubleOf(daemon: Pick<Daemon, "state" | "problem">): Trouble | null {
  switch (daemon.state) {
    case "running":
    case "idle":
    case "starting":
      return null;
    case "reconnecting":
      return { message: "The daemon went away. It is being started again.", nextStep: "What was said and done is in its log." };
    case "untrusted":
      return { message: "This folder is not trusted yet.", nextStep: "Trust it, and agents can work here." };
    case "missing":
    case "mismatched":
    case "failed":
      return daemon.problem;
  }
}

/** What went wrong, and the next step where the daemon names one. */
export function troubleFrom(error: unknown): Trouble {
  const message = error instanceof Error ? error.message : String(error);
  return { message, nextStep: error instanceof DaemonError ? error.nextStep : "" };
}
