/** Reading the data of records of the log, which may be of a later version. */

import { isArguments } from "./calls";
import { type Part, partOf } from "./parts";

export type Data = Readonly<Record<string, unknown>>;

/** The parts of the message that a record holds. */
export function partsOf(data: Data): Part[] {
  const message = data["message"];
  const parts: unknown = isArguments(message) ? message["parts"] : undefined;
  return Array.isArray(parts) ? parts.map(partOf).filter((part) => part !== undefined) : [];
}

export function word(data: Data, name: string): string {
  const value = data[name];
  return typeof value === "string" ? value : "";
}

export function count(data: Data, name: string): number {
  const value = data[name];
  return typeof value === "number" ? value : 0;
}

export function list(data: Data, name: string): readonly unknown[] {
  const value = data[name];
  return Array.isArray(value) ? value : [];
}
