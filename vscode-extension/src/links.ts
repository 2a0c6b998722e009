/** A text in which VS Code finds no link: messages run commands that are linked in them, so what an agent wrote must not become one. */
export function unlinked(text: string): string {
  return text.replace(/\]\(/g, "] (").replace(/\s*\n\s*/g, " ⏎ ");
}
