// Which part of the drawing the stage shows: wheel, drag, pinch, keys, and following the story.

import { union } from "./drawing.js";

const CLOSEST = 4;
const LARGEST_FIT = 1.7; // a small graph does not fill a wide stage
const READABLE = 0.8; // pixels to a point of the drawing, below which its texts are hard to read
const FOLLOWING = 1.2; // the same while the story is followed
const REST = 200; // milliseconds without a move, after which the drawing is painted sharply again
const GLIDE = 600; // a little more than page.css lets it take
const ROOM = 14;
const BAR = 44; // where the buttons stand

export class Camera {
  // resized: who is told of another size of the stage.
  constructor(stage, paper, resized) {
    Object.assign(this, { stage, paper, x: 0, y: 0, scale: 1, pointers: new Map() });
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
    }
    this.measure();
    this.watcher = new ResizeObserver(() => {
      this.resize();
      resized();
    });
    this.watcher.observe(stage);
  }

  // Asked for once and not at each step: the browser would have to lay out everything to answer.
  measure() {
    this.across = this.stage.clientWidth;
    this.down = this.stage.clientHeight - BAR;
  }

  // Another drawing, of a size in points.
  use(width, height) {
    Object.assign(this, { width, height, isFitted: true });
    this.fit();
  }

  get fitting() {
    return Math.max(Math.min(this.roomFor(this), LARGEST_FIT), 0.01);
  }

  // The scale at which something of this size fills the stage.
  roomFor({ width, height }) {
    return Math.min((this.across - ROOM) / width, (this.down - ROOM) / height);
  }

  get isWhole() {
    return this.scale <= this.fitting * 1.001;
  }

  fit(isSmooth = false) {
    this.isFitted = true;
    this.look(this.width / 2, this.height / 2, this.fitting, isSmooth);
  }

  resize() {
    this.measure();
    if (this.isFitted) this.fit();
    else this.apply();
  }

  // The story goes on at these boxes: nothing moves while they are seen well.
  follow(boxes, isEnd) {
    if (this.isFitted && (isEnd || this.fitting >= READABLE)) return this.isWhole ? undefined : this.fit(true);
    const [found, own] = isEnd ? [[], []] : boxes();
    if (found.length === 0) return undefined;
    // Who acts is seen in a size to read, if need be without what it takes from far away.
    const all = union(found);
    const around = own.length && this.roomFor(all) < READABLE ? union(own) : all;
    const room = this.roomFor(around);
    const wanted = this.isFitted ? FOLLOWING : this.scale;
    const scale = Math.max(Math.min(wanted, room), this.fitting);
    if (!this.sees(around) || Math.abs(scale - this.scale) > 0.01) {
      this.look(around.x + around.width / 2, around.y + around.height / 2, scale, true);
    }
    return undefined;
  }

  sees(box) {
    const [left, top] = [box.x * this.scale + this.x, box.y * this.scale + this.y];
    const [right, bottom] = [left + box.width * this.scale, top + box.height * this.scale];
    return left >= 0 && top >= 0 && right <= this.across && bottom <= this.down;
  }

  // A point of the drawing into the middle of the stage.
  look(x, y, scale, isSmooth) {
    this.scale = scale;
    this.x = placed(this.across, x * scale, this.width * scale);
    this.y = placed(this.down, y * scale, this.height * scale);
    this.paper.classList.toggle("glides", isSmooth);
    if (isSmooth) this.moveFor(GLIDE);
    this.apply();
  }

  zoom(factor, x = this.across / 2, y = this.down / 2) {
    const scale = Math.min(Math.max(this.scale * factor, this.fitting / 2), CLOSEST);
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.byHand();
  }

  pan(x, y) {
    this.x += x;
    this.y += y;
    this.byHand();
  }

  byHand() {
    this.isFitted = false;
    this.paper.classList.remove("glides");
    this.moveFor(REST);
    this.apply();
  }

  // While it moves, the drawing is a layer of its own, which is not painted anew.
  moveFor(milliseconds) {
    this.paper.classList.add("moves");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.paper.classList.remove("moves"), milliseconds);
  }

  apply() {
    // Never wholly out of sight.
    const [width, height] = [this.width * this.scale, this.height * this.scale];
    const [across, down] = [this.across / 2, this.down / 2];
    this.x = Math.min(Math.max(this.x, across - width), across);
    this.y = Math.min(Math.max(this.y, down - height), down);
    this.stage.classList.toggle("whole", this.isWhole && this.fitting >= READABLE);
    this.paper.style.transform = `translate(${this.x}px,${this.y}px) scale(${this.scale})`;
  }

  // Where all is seen the wheel scrolls the page, as it does elsewhere.
  wheel(event) {
    if (this.stage.matches(".whole") && !event.ctrlKey) return;
    event.preventDefault();
    const { left, top } = this.stage.getBoundingClientRect();
    const turned = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    this.zoom(Math.exp(-turned / 400), event.clientX - left, event.clientY - top);
  }

  press(event) {
    if (event.target.closest("button, input, select")) return;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move(event) {
    const former = this.pointers.get(event.pointerId);
    if (!former) return;
    const now = { x: event.clientX, y: event.clientY };
    if (Math.hypot(now.x - former.x, now.y - former.y) < 3 && !this.stage.hasPointerCapture(event.pointerId)) return;
    this.stage.setPointerCapture(event.pointerId);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (other) this.pinch(former, now, other);
    else this.pan(now.x - former.x, now.y - former.y);
  }

  pinch(former, now, other) {
    const { left, top } = this.stage.getBoundingClientRect();
    const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    this.zoom(distance(now) / distance(former), (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
    this.pan((now.x - former.x) / 2, (now.y - former.y) / 2);
  }
}

// Where a length begins so that a point of it is in the middle of a window, with no end drawn in.
function placed(window, point, length) {
  if (length <= window) return (window - length) / 2;
  return Math.min(0, Math.max(window - length, window / 2 - point));
}
