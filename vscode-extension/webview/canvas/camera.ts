/** Which part of the canvas is looked at: zoom and pan, by wheel, mouse, keys and buttons. */

export interface Look {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const LEAST = 0.2;
const MOST = 2;
const MARGIN = 32;

export class Camera {
  #look: Look = { x: MARGIN, y: MARGIN, zoom: 1 };

  constructor(
    private readonly frame: HTMLElement,
    private readonly sheet: HTMLElement,
    private readonly moved: (look: Look) => void,
  ) {
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  get look(): Look {
    return this.#look;
  }

  set look(look: Look) {
    this.#look = look;
    this.sheet.style.transform = `translate(${look.x}px, ${look.y}px) scale(${look.zoom})`;
    this.moved(look);
  }

  /** Nearer or farther, around the middle or a point of the frame. */
  zoom(factor: number, x = this.frame.clientWidth / 2, y = this.frame.clientHeight / 2): void {
    const { look } = this;
    const zoom = Math.min(MOST, Math.max(LEAST, look.zoom * factor));
    const scale = zoom / look.zoom;
    this.look = { zoom, x: x - (x - look.x) * scale, y: y - (y - look.y) * scale };
  }

  /** All of it, or as much of its beginning as can be read. */
  fit(width: number, height: number): void {
    const { clientWidth, clientHeight } = this.frame;
    const across = (clientWidth - 2 * MARGIN) / Math.max(1, width);
    const down = (clientHeight - 2 * MARGIN) / Math.max(1, height);
    const zoom = Math.min(1, Math.max(0.6, Math.min(across, down)));
    const x = Math.max(MARGIN, (clientWidth - width * zoom) / 2);
    const y = Math.max(MARGIN, (clientHeight - height * zoom) / 2);
    this.look = { zoom, x, y };
  }

  /** Move so far that a box of the sheet is in sight. */
  reach(x: number, y: number, width: number, height: number): void {
    const { look } = this;
    const dx = into(look.x + x * look.zoom, width * look.zoom, this.frame.clientWidth);
    const dy = into(look.y + y * look.zoom, height * look.zoom, this.frame.clientHeight);
    if (dx || dy) this.look = { ...look, x: look.x + dx, y: look.y + dy };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const box = this.frame.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    } else {
      const [dx, dy] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      this.look = { ...this.look, x: this.look.x - dx, y: this.look.y - dy };
    }
  }

  /** Drag the sheet; a click that does not move stays a click. */
  #grab(event: PointerEvent): void {
    const isOnNode = event.target instanceof Element && event.target.closest(".node");
    if ((event.button !== 0 && event.button !== 1) || (isOnNode && event.button === 0)) return;
    const from = this.look;
    const move = (now: PointerEvent): void => {
      this.look = { ...from, x: from.x + now.clientX - event.clientX, y: from.y + now.clientY - event.clientY };
    };
    const stop = (): void => {
      this.frame.removeEventListener("pointermove", move);
      this.frame.classList.remove("grabbed");
    };
    this.frame.setPointerCapture(event.pointerId);
    this.frame.classList.add("grabbed");
    this.frame.addEventListener("pointermove", move);
    this.frame.addEventListener("pointerup", stop, { once: true });
    this.frame.addEventListener("pointercancel", stop, { once: true });
  }
}

function into(start: number, length: number, room: number): number {
  if (start < MARGIN) return MARGIN - start;
  const over = start + length - (room - MARGIN);
  return over > 0 ? -Math.min(over, start - MARGIN) : 0;
}
