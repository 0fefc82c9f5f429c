// Which part of the drawing the stage shows: what the timeline's camera does, until the reader's wheel,
// drag, pinch or keys choose another; and that again when it is asked for.

const CLOSEST = 4;
const READABLE = 0.8; // pixels to a point of the drawing, below which its texts are hard to read
const REST = 200; // milliseconds without a move, after which the drawing is painted sharply again
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

  // Another drawing, of a size in points, of which the timeline's camera shows all until it is aimed.
  use(width, height) {
    Object.assign(this, { width, height, aimed: [0, 0, width, height], isFollowing: true });
    this.follow();
  }

  // The timeline's camera shows this box, from its left, its top, and so wide and high.
  aim(box = [0, 0, this.width, this.height], isMoving = false) {
    if (isMoving && this.isFollowing && box !== this.aimed) this.moveFor(REST);
    this.aimed = box;
    if (this.isFollowing) this.show(box);
  }

  // The timeline's camera again.
  follow() {
    this.isFollowing = true;
    this.show(this.aimed);
  }

  // Where all of the drawing fits at its own size, it isn't shown smaller than that.
  show([x, y, width, height]) {
    const [room, own] = [this.roomFor({ width, height }), Math.min(this.fitting, 1)];
    if (room < own) this.look(this.width / 2, this.height / 2, own);
    else this.look(x + width / 2, y + height / 2, room);
  }

  // A box that isn't seen into the middle; as large as everything is, if it fits.
  reveal(box) {
    if (this.sees(box)) return;
    this.look(box.x + box.width / 2, box.y + box.height / 2, Math.min(this.scale, this.roomFor(box)));
  }

  // The scale at which all of it is seen.
  get fitting() {
    return this.roomFor(this);
  }

  // The scale at which something of this size fills the stage.
  roomFor({ width, height }) {
    return Math.max(Math.min(this.across / width, this.down / height), 0.01);
  }

  get isWhole() {
    return this.scale <= this.fitting * 1.001;
  }

  resize() {
    this.measure();
    if (this.isFollowing) this.follow();
    else this.apply();
  }

  sees(box) {
    const [left, top] = [box.x * this.scale + this.x, box.y * this.scale + this.y];
    const [right, bottom] = [left + box.width * this.scale, top + box.height * this.scale];
    return left >= 0 && top >= 0 && right <= this.across && bottom <= this.down;
  }

  // A point of the drawing into the middle of the stage.
  look(x, y, scale) {
    Object.assign(this, { scale, x: this.across / 2 - x * scale, y: this.down / 2 - y * scale });
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
    this.isFollowing = false;
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

  // Where all is seen and can be read the wheel scrolls the page, as it does elsewhere.
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
