/** A proposal as a card in the chat. Pure. */

import type { Evidence, Hunk, Proposal } from "../protocol.gen";
import { short } from "../webviews/format";
import { isOpenHunk, proposalLook } from "../webviews/states";
import type { Card, CardHunk } from "./messages";

const MOST_FILES = 50;
const MOST_HUNKS = 200;

/** What a person sees of it at a glance. */
export function cardOf(proposal: Proposal): Card {
  const look = proposalLook(proposal.state);
  const hunks = new Map(proposal.hunks.map((hunk) => [hunk.id, hunk]));
  let room = MOST_HUNKS;
  const files = proposal.files.slice(0, MOST_FILES).map((file) => {
    const ids = file.hunkIds.slice(0, room);
    room -= ids.length;
    return { path: file.path, kind: file.kind, hunks: ids.flatMap((id) => hunkOf(hunks.get(id))) };
  });
  return {
    proposalId: proposal.id,
    title: short(proposal.title, 120),
    state: look.words,
    mood: look.mood,
    nOpen: proposal.hunks.filter((hunk) => isOpenHunk(hunk.state)).length,
    evidence: newest(proposal.evidence).map((ran) => ({
      command: short(ran.command, 80),
      verdict: `${ran.exitCode === 0 ? "passes" : `ends with ${ran.exitCode}`}${ran.isExpired ? ", expired" : ""}`,
      isGood: ran.exitCode === 0 && !ran.isExpired,
    })),
    files,
  };
}

function hunkOf(hunk: Hunk | undefined): CardHunk[] {
  if (!hunk) return [];
  return [{ id: hunk.id, state: hunk.state, isOpen: isOpenHunk(hunk.state), size: sizeOf(hunk) }];
}

function sizeOf(hunk: Hunk): string {
  if (hunk.encoding === "binary") return "binary";
  if (hunk.kind === "mode") return "mode";
  if (hunk.isTextLeftOut) return "long";
  return `+${lines(hunk.newText)} −${lines(hunk.oldText)}`;
}

function lines(text: string): number {
  if (!text) return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** The last run of each command on what is proposed; failures first. */
function newest(evidence: readonly Evidence[]): Evidence[] {
  const last = new Map(evidence.filter((ran) => ran.phase === "after").map((ran) => [ran.command, ran]));
  return [...last.values()].sort((one, other) => Number(one.exitCode === 0) - Number(other.exitCode === 0)).slice(0, 4);
}
