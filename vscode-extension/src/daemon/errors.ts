/** What a request of the daemon fails with: a stable name, a sentence, and what a person can do. */
export class DaemonError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly nextStep = "",
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "DaemonError";
  }
}

/** The daemon left while the request was on its way; nobody knows how far it got. */
export function lost(method: string): DaemonError {
  return new DaemonError(
    "connection_lost",
    `The AgentX daemon went away during ${method}; whether it was done is in the log.`,
    "It is being started again. Look at the tasks and proposals, then repeat what is missing.",
  );
}

/** An answer that is an error, as the family's own; anything else is wrapped. */
export function translated(method: string, error: unknown): DaemonError {
  if (error instanceof DaemonError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const data = dataOf(error);
  const code = text(data["code"]) || "internal";
  return new DaemonError(code, message || `${method} failed`, text(data["nextStep"]), { cause: error });
}

/** One sentence for a person: what happened, then what to do. */
export function told(error: unknown): string {
  if (error instanceof DaemonError && error.nextStep) return `${error.message} ${error.nextStep}`;
  return error instanceof Error ? error.message : String(error);
}

function dataOf(error: unknown): Record<string, unknown> {
  const data = error instanceof Error && "data" in error ? error.data : undefined;
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
