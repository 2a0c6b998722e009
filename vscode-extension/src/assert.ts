/** The end of a switch over every word of a closed list; a word of a newer daemon comes back as it is. */
export function assertNever(word: never): string {
  return String(word);
}
