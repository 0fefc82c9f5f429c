// A timeline's drawing: which look each of its elements has at the end of a frame, and how that turns
// into the next. What it looks like, where it goes and how long it takes is the timeline's, as
// graphgen/outputs/page/keyframes.py writes it; a frame is one of its transitions.

import { filled } from "./captions.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_CHANGING = 600; // elements; of more at once a browser would make a slide show
const NUMBERS = /-?\d*\.?\d+/g;
const LOUD = /nan|inf/;
const WITHOUT = { opacity: "1" }; // what an attribute means where it isn't said
const EASE = { even: (share) => share, smooth: (share) => share * share * (3 - 2 * share) };

export class Drawing {
  // timeline: see keyframes.py; numberAt: the text of the number with a key.
  constructor(svg, timeline, numberAt) {
    Object.assign(this, { svg, timeline, numberAt, frame: -1, turn: 0, movers: [] });
    this.world = svg.querySelector(".world");
    this.tracks = tracksOf(svg, timeline, this);
    this.slotted = this.tracks.filter((track) => track.hasMarks);
    this.byKey = grouped(this.tracks, ({ key }) => [key]);
    this.changes = grouped(this.tracks, ({ begins }) => begins);
    for (const track of this.tracks) {
      if (!track.follows) continue;
      for (const number of this.byKey.get(track.key.replace(/sign$/, "0")) ?? []) number.followers.push(track);
    }
    this.even = new Set(timeline.even);
    this.last = timeline.frames.length;
  }

  // ---- still

  // What is there at the end of a frame.
  show(frame) {
    const tracks = this.frame < 0 ? this.tracks : this.between(frame);
    for (const track of tracks) track.settle(track.lookAt(frame));
    for (const mover of this.movers.splice(0)) mover.element.remove();
    Object.assign(this, { frame, tweens: undefined, moving: frame });
    this.look(this.cameraAt(frame));
  }

  // The tracks that may differ from one frame to another.
  between(frame) {
    const [low, high] = [Math.min(frame, this.frame), Math.max(frame, this.moving)];
    const found = new Set();
    for (let at = low + 1; at <= high; at += 1) {
      for (const track of this.changes.get(at) ?? []) found.add(track);
    }
    return found;
  }

  // The same with other numbers.
  refresh() {
    for (const track of this.slotted) {
      if (track.isHidden) track.told = undefined; // written when it is seen again
      else track.rewrite();
    }
  }

  cameraAt(frame) {
    let at = frame;
    while (at > 0 && !(at in this.timeline.cameras)) at -= 1;
    return this.timeline.cameras[at];
  }

  // In a frame the camera moves the world; a world by itself is shown by who shows the drawing.
  look(camera) {
    this.camera = camera;
    const { middle } = this.timeline;
    if (!camera || !middle) return;
    const [x, y, scale] = camera;
    this.world.setAttribute("transform", `translate(${middle[0] - x * scale},${middle[1] - y * scale}) scale(${scale})`);
  }

  // What a card shows at the end of a frame, line by line.
  textsOf(card, frame) {
    const own = (this.byCard ??= grouped(this.tracks, (track) => [track.card])).get(card) ?? [];
    return own.map((track) => track.textAt(frame)).filter(Boolean);
  }

  // ---- in motion

  // From the end of one frame to that of a later one, at the timeline's pace.
  run(begin, end, { looked, arrived }) {
    this.stop();
    this.show(begin);
    const { turn } = this;
    let [frame, began] = [begin, performance.now()];
    const length = () => 1000 * this.timeline.frames[frame];
    const tick = () => {
      if (turn !== this.turn) return;
      const now = performance.now();
      while (frame < end && now - began >= length()) {
        began += length();
        frame += 1;
        this.show(frame);
      }
      if (frame < end) this.tween(frame + 1, (now - began) / length());
      looked(this.camera);
      if (frame < end) requestAnimationFrame(tick);
      else arrived();
    };
    this.isRunning = true;
    requestAnimationFrame(tick);
  }

  stop() {
    this.turn += 1;
    this.isRunning = false;
  }

  // A part of the way from the end of the frame before to that of this one.
  tween(frame, share) {
    if (this.frame !== frame - 1) this.show(frame - 1);
    this.tweens ??= this.begin(frame);
    const seconds = share * this.timeline.frames[frame - 1];
    const eased = EASE[this.even.has(frame) ? "even" : "smooth"](share);
    for (const tween of this.tweens) tween(share, eased, seconds);
    for (const mover of this.movers) mover.go(share);
    const [from, to] = [this.cameraAt(frame - 1), this.cameraAt(frame)];
    if (from !== to) this.look(from.map((value, at) => value + (to[at] - value) * eased));
  }

  begin(frame) {
    this.moving = frame;
    const motions = this.timeline.motions[frame] ?? [];
    this.movers = motions.map((motion) => new Mover(motion, this, this.timeline.frames[frame - 1]));
    for (const { element } of this.movers) this.world.append(element);
    const changes = this.changes.get(frame) ?? [];
    if (changes.length > MOST_CHANGING) {
      for (const track of changes) track.settle(track.lookAt(frame));
      return [];
    }
    return changes.map((track) => this.tweenOf(track, frame, motions));
  }

  // How one element goes from the look that it had to the one that it gets.
  tweenOf(track, frame, motions) {
    const [from, to] = [frame - 1, frame].map((at) => this.lookOf(track, at));
    const isOurs = track.lookAt(frame) !== undefined;
    const isCarried = motions.some(({ leaves }) => leaves.includes(track.key));
    const landing = motions.find(({ lands }) => lands.includes(track.key));
    const seconds = this.timeline.frames[frame - 1];
    const pace = { ...this.timeline.pace, squeezed: Math.min(1, seconds / this.timeline.pace.seen) };
    if (landing && isOurs) return (share) => track.settle(share < landing.to ? undefined : to);
    if (!isOurs && to) return () => track.settle(undefined); // it stands in another layer now
    if (from && to && !isCarried) return (share, eased, now) => track.between(from, to, eased, now, pace);
    if (this.even.has(frame) || (isCarried && !to)) return () => track.settle(to);
    if (to && track.isLine) return (share, eased) => track.drawn(to, eased);
    if (to) return (share, eased, now) => track.faded(to, ramp(now, pace.comes * pace.squeezed, pace.seen * pace.squeezed));
    return (share, eased, now) => track.faded(from, 1 - ramp(now, 0, Math.min(pace.gone, seconds)));
  }

  // The look of what a track is one of: an element has a track in each layer in which it stands.
  lookOf(track, frame) {
    return track.lookAt(frame) ?? this.byKey.get(track.key).map((other) => other.lookAt(frame)).find(Boolean);
  }
}

// One SVG element.
class Track {
  constructor(element, { key, kind, begins, looks, always, card, follows }, drawing) {
    const table = drawing.timeline.looks;
    Object.assign(this, { element, key, card, follows, drawing, isLine: kind === "line", now: {}, followers: [], shift: 0 });
    this.always = table[always];
    let frame = 0;
    this.begins = begins.map((after) => (frame += after));
    this.looks = looks.map((at) => table[at]);
    this.hasMarks = [this.always, ...this.looks].some((look) => look?.room);
    for (const [name, value] of Object.entries(this.always)) {
      if (name === "text" || name === "room") this.now[name] = value;
      else this.set(name, value);
    }
  }

  // What it shows at the end of a frame; undefined where it isn't there.
  lookAt(frame) {
    let at = this.begins.length - 1;
    while (at >= 0 && this.begins[at] > frame) at -= 1;
    return this.looks[at];
  }

  textAt(frame) {
    const look = this.lookAt(frame);
    if (!look) return "";
    const text = look.text ?? this.always.text;
    return text === undefined ? this.element.textContent : filled(text, this.drawing.numberAt);
  }

  settle(look) {
    this.hide(!look);
    if (this.isDrawn) this.undraw();
    if (!look) return;
    for (const name in look) this.set(name, look[name]);
    if (this.told === undefined) this.rewrite();
    this.fade(1);
  }

  hide(isHidden) {
    if (this.isHidden === isHidden) return;
    this.isHidden = isHidden;
    if (isHidden) this.element.setAttribute("visibility", "hidden");
    else this.element.removeAttribute("visibility");
  }

  // An attribute, the text, or the room that there is for it.
  set(name, value) {
    if (this.now[name] === value) return;
    this.now[name] = value;
    if (name === "text" || name === "room") this.rewrite();
    else if (name === "opacity") this.fade(1);
    else if (name === "x") this.put("x", Number(value) + this.shift);
    else this.put(name, name === "fill" && this.isLoud ? this.drawing.timeline.alarm : value);
  }

  put(name, value) {
    if (value === null || value === undefined) this.element.removeAttribute(name);
    else this.element.setAttribute(name, value);
  }

  fade(share) {
    const opacity = (this.now.opacity ?? 1) * share;
    if (opacity === this.opacity) return;
    this.opacity = opacity;
    this.put("opacity", opacity < 1 ? opacity : null);
  }

  faded(look, share) {
    this.settle(look);
    this.fade(share);
  }

  // A line as far as it is drawn.
  drawn(look, share) {
    this.settle(look);
    this.isDrawn = true;
    this.put("pathLength", 1);
    this.put("stroke-dasharray", `${share} 2`);
  }

  undraw() {
    this.isDrawn = false;
    this.put("pathLength", null);
    this.put("stroke-dasharray", null);
  }

  between(from, to, share, seconds, pace) {
    this.hide(false);
    const isOther = from.text !== to.text;
    const isNew = seconds >= pace.comes * pace.squeezed;
    for (const name in to) {
      if (name === "text" || name === "room") this.set(name, (isNew ? to : from)[name]);
      else this.set(name, mixed(name, from[name], to[name], share));
    }
    if (this.told === undefined) this.rewrite();
    if (!isOther) return;
    const [gone, come] = [ramp(seconds, 0, pace.comes * pace.squeezed), ramp(seconds, pace.comes * pace.squeezed, pace.seen * pace.squeezed)];
    this.fade(isNew ? come : 1 - gone);
  }

  // The text with the numbers in it.
  rewrite() {
    const { text, room } = this.now;
    if (text === undefined || text === null) return;
    const told = filled(text, this.drawing.numberAt);
    if (told === this.told && room === this.fitted) return;
    Object.assign(this, { told, fitted: room });
    const { firstChild } = this.element;
    if (firstChild) firstChild.data = told; // cheaper than another text node
    else this.element.append(told);
    const width = room ? this.fit(told, Number(room)) : 0;
    for (const other of this.followers) other.move((Number(room ?? 0) - width) / 2);
  }

  // As much to the right as the number that it stands before is narrower than its room, on one side.
  move(shift) {
    if (shift === this.shift) return;
    this.now.x ??= this.element.getAttribute("x");
    this.shift = shift;
    this.put("x", Number(this.now.x) + shift);
  }

  // A number that is wider than its place is set narrower; nan and inf are loud. Returns its width.
  fit(told, room) {
    const { advances, alarm } = this.drawing.timeline;
    const size = Number(this.now["font-size"] ?? this.element.getAttribute("font-size"));
    const width = size * [...told].reduce((sum, sign) => sum + (advances[sign] ?? advances[0]), 0);
    const isTight = width > room;
    if (isTight || this.isTight) {
      this.put("lengthAdjust", isTight ? "spacingAndGlyphs" : null);
      this.put("textLength", isTight ? room : null);
    }
    this.isTight = isTight;
    this.beLoud(LOUD.test(told), alarm);
    return Math.min(width, room);
  }

  beLoud(isLoud, alarm) {
    if (isLoud === Boolean(this.isLoud)) return;
    this.ink ??= this.element.getAttribute("fill");
    this.isLoud = isLoud;
    this.put("fill", isLoud ? alarm : this.now.fill ?? this.ink);
  }
}

// Elements that go along a path.
class Mover {
  constructor(motion, drawing, seconds) {
    Object.assign(this, { motion, drawing });
    this.fade = drawing.timeline.pace.fade / seconds;
    const { looks } = drawing.timeline;
    this.parts = motion.parts.map(([kind, look, end]) => {
      const element = svgElement(kind);
      for (const [name, value] of Object.entries(looks[look])) dress(element, name, value, drawing);
      return { element, look: looks[look], end: looks[end] };
    });
    this.element = svgElement("g", { visibility: "hidden" });
    this.element.append(...this.parts.map(({ element }) => element));
    this.points = cornersOf(motion.path);
    this.lengths = this.points.slice(1).map(([x, y], at) => Math.hypot(x - this.points[at][0], y - this.points[at][1]));
  }

  go(share) {
    const { from, to, stays, leaves } = this.motion;
    const own = ramp(share, from, to);
    const [x, y] = this.place(EASE.smooth(own));
    const isSeen = (share >= from || leaves.length > 0) && (share <= to || stays);
    this.element.setAttribute("visibility", isSeen ? "visible" : "hidden");
    this.element.setAttribute("transform", `translate(${x},${y})`);
    const comes = leaves.length ? 1 : ramp(share, from, from + this.fade);
    const goes = stays ? 1 : 1 - ramp(share, to - this.fade, to);
    this.element.setAttribute("opacity", Math.min(comes, goes));
    const { becomes } = this.drawing.timeline.pace;
    if (own > becomes) this.become(ramp(own, becomes, 1));
  }

  // What it arrives as.
  become(share) {
    for (const { element, look, end } of this.parts) {
      for (const name in end) {
        if (name !== "text") dress(element, name, mixed(name, look[name] ?? null, end[name], share), this.drawing);
      }
    }
  }

  place(share) {
    let rest = share * this.lengths.reduce((sum, length) => sum + length, 0);
    const at = this.lengths.findIndex((length) => (rest -= length) <= 0);
    if (at < 0) return this.points.at(-1);
    const part = this.lengths[at] ? 1 + rest / this.lengths[at] : 0;
    return this.points[at].map((value, axis) => value + (this.points[at + 1][axis] - value) * part);
  }
}

// Corners, each told from the one before.
function cornersOf(path) {
  let [x, y] = [0, 0];
  return path.flatMap((across, at) => (at % 2 ? [] : [[(x += across), (y += path[at + 1])]]));
}

function dress(element, name, value, drawing) {
  if (name === "text") element.textContent = filled(value, drawing.numberAt);
  else if (name !== "room" && value !== null) element.setAttribute(name, value);
}

// The elements that stand in the page, and between them those that are seen at other times only.
function tracksOf(svg, { tracks, isMerged }, drawing) {
  const places = [".world", ".bands"].map((name) => svg.querySelector(name));
  for (const place of places) place.replaceChildren(...[...place.children].flatMap((group) => parted(group, isMerged)));
  const next = places.map((place) => place.firstElementChild);
  const names = Object.keys(tracks);
  const rows = tracks.key.map((_, at) => Object.fromEntries(names.map((name) => [name, tracks[name][at]])));
  return rows.sort((one, other) => one.rank - other.rank).map((row) => {
    const at = row.isBand;
    const element = row.isDrawn ? next[at] : svgElement(row.kind === "text" ? "text" : "path");
    if (row.isDrawn) next[at] = element.nextElementSibling;
    else places[at].insertBefore(element, next[at]);
    element.dataset.key = row.key;
    return new Track(element, row, drawing);
  });
}

// The elements of a group, each with the attributes that the group says for all.
function parted(group, isMerged) {
  const isWhole = !isMerged || group.matches(".whole");
  const elements = [...group.children].flatMap((element) => (isWhole || !element.matches("path") ? [element] : outlines(element)));
  for (const { name, value } of group.attributes) {
    for (const element of elements) if (name !== "class") element.setAttribute(name, value);
  }
  return elements;
}

// Each outline of a path as an element.
function outlines(path) {
  return path.getAttribute("d").split(/(?=M)/).map((d) => svgElement("path", { d }));
}

// Things by each of the names that they have.
function grouped(things, namesOf) {
  const groups = new Map();
  for (const thing of things) {
    for (const name of namesOf(thing)) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(thing);
    }
  }
  return groups;
}

// A part of the way from one value to another; of colours that only the page knows, too.
function mixed(name, from, to, share) {
  const [one, other] = [from ?? WITHOUT[name] ?? null, to ?? WITHOUT[name] ?? null];
  if (one === other || share >= 1 || one === null || other === null || name === "class") return to;
  if (name === "fill" || name === "stroke") return `color-mix(in srgb,${other} ${(100 * share).toFixed(1)}%,${one})`;
  if (plan(one) !== plan(other)) return share < 0.5 ? from : to;
  const [numbers, others] = [one, other].map((value) => value.match(NUMBERS) ?? []);
  let at = -1;
  const told = one.replace(NUMBERS, () => {
    at += 1;
    return ` ${Math.round(100 * (Number(numbers[at]) + (others[at] - numbers[at]) * share)) / 100}`;
  });
  return told.trim();
}

// What a value is, whatever its numbers are.
function plan(value) {
  return value.replace(NUMBERS, "#").replaceAll(" ", "");
}

// 0 up to one value, 1 from another on.
function ramp(value, low, high) {
  if (value >= high) return 1;
  return value <= low ? 0 : (value - low) / (high - low);
}

export function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
