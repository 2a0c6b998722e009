/** Elements without HTML: what a model says can only ever become text. */

type Child = Node | string | undefined;
type Props = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;

/** An element; `on…` are listeners, false and undefined leave an attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Put these in the place of what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== undefined));
}

const ICONS = {
  send: "M1.7 2.2 14.5 8 1.7 13.8 3 8.6 9 8 3 7.4z",
  stop: "M4 4h8v8H4z",
  attach: "M8 2.5v11M2.5 8h11",
  close: "m4 4 8 8M12 4l-8 8",
  chevron: "m5.5 3.5 5 4.5-5 4.5",
  down: "M8 3v9.5M4 8.7l4 4 4-4",
  check: "m3 8.5 3.2 3.2L13 4.8",
  cross: "m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6",
  dot: "M8 6.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z",
  back: "M10.5 3.5 6 8l4.5 4.5",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
} as const;
const FILLED: ReadonlySet<string> = new Set(["send", "stop", "dot"]);

/** A picture that screen readers pass over. */
export function icon(name: keyof typeof ICONS): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 16 16");
  picture.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  picture.append(path);
  return picture;
}
