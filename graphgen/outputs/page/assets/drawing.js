// The picture of a view: which of its texts and lines are seen at a step, and what travels.

import { filled } from "./captions.js";

const SVG = "http://www.w3.org/2000/svg";
const PREFIX = "∂ ";
const MOST_IN_NUMBERS = 5;
const MOST_MOVING = 80;
const MOST_TRAVELLERS = 40;
const LONGEST_TRAVELLER = 10;
const TRAVEL = { duration: 650, easing: "ease-in-out", fill: "both" };
// Advances of DejaVu Sans in font sizes, as graphgen/layout/measure.py has them.
const ADVANCES = { ".": 0.318, " ": 0.318, "−": 0.838, "+": 0.838, "∂": 0.518, i: 0.278, f: 0.353 };
const ADVANCE = 0.637;

// view.steps: h chapter, v move, c caption, s seconds, m marks, n nodes and e edges in focus
export class Drawing {
  constructor(svg, view) {
    Object.assign(this, { svg, view, step: -1 });
    this.nodes = elementsOf(svg, "n", card).map(([, element]) => element);
    this.cells = new Map(elementsOf(svg, "c", (element) => new Cell(element, Boolean(view.tape))));
    this.lanes = new Map(elementsOf(svg, "l", (element) => element));
    this.backs = new Map(elementsOf(svg, "b", (element) => element));
    this.movers = svg.querySelector(".movers");
    this.told = told(view.steps);
    this.lit = { compute: lit(view.steps, "compute"), send: lit(view.steps, "send") };
  }

  // The picture as it is after a step; with motion it shows how that came about.
  show(step, numberAt, wantsMotion = false) {
    // A thousand elements that fade at once would make a slide show of it.
    const { v, m, e } = this.view.steps[step];
    const hasMotion = wantsMotion && m.length + e.length <= MOST_MOVING;
    this.svg.classList.toggle("lively", hasMotion && this.lanes.size <= MOST_MOVING);
    this.svg.classList.toggle("brings", hasMotion && (v === "compute" || v === "send"));
    const last = this.view.steps.length - 1;
    const [low, high] = this.step < 0 ? [0, last] : [Math.min(step, this.step), Math.max(step, this.step)];
    const former = this.view.steps[Math.max(this.step, 0)];
    this.step = step;
    this.svg.classList.toggle("is-end", step === last);
    this.focus(former, this.view.steps[step]);
    for (const { m, e } of this.view.steps.slice(low, high + 1)) {
      for (const mark of m) this.showCell(keyOf(mark), numberAt, hasMotion);
      for (const edge of e) this.showLanes(edge);
    }
    this.movers.replaceChildren();
    if (hasMotion) this.travel(this.view.steps[step], numberAt);
  }

  // The same step with other numbers.
  refresh(numberAt) {
    for (const key of this.told.keys()) this.showCell(key, numberAt, false);
  }

  showCell(key, numberAt, hasMotion) {
    const mark = this.told.get(key).findLast(([step]) => step <= this.step);
    const isNew = hasMotion && mark && mark[0] === this.step;
    this.cells.get(key)?.show(mark ? textOf(mark[1], key, numberAt, this.view.tape) : undefined, isNew);
  }

  showLanes(edge) {
    setState(this.lanes.get(edge), this.step, this.lit.compute.get(edge) ?? 0);
    setState(this.backs.get(edge), this.step, this.lit.send.get(edge) ?? 0);
  }

  focus(former, step) {
    for (const node of former.n) this.nodes[node].classList.remove("acts", "sends");
    for (const node of step.n) this.nodes[node].classList.add(step.h === "b" ? "sends" : "acts");
  }

  // The boxes of all who act in a step, and of those that it is about.
  actors(step) {
    const { n, e } = this.view.steps[step];
    const ends = e.flatMap((edge) => this.view.edges[edge].slice(0, 2));
    return [[...n, ...ends], n].map((nodes) => nodes.map((node) => this.box(node)));
  }

  box(node) {
    return boxOf(this.nodes[node].querySelector(".glow"));
  }

  // A card that can be opened says so.
  markFolded(node, description) {
    const element = this.nodes[node];
    if (element.matches(".opens")) return;
    const { x, y, width } = this.box(node);
    const badge = svgElement("text", { class: "badge", x: x + width - 14, y: y + 20 });
    badge.textContent = "⊞";
    element.append(badge);
    element.classList.add("opens");
    element.setAttribute("aria-description", description);
  }

  travel(step, numberAt) {
    const isBack = step.v === "send";
    if ((!isBack && step.v !== "compute") || step.e.length > MOST_TRAVELLERS) return;
    for (const edge of step.e) {
      const lane = (isBack ? this.backs : this.lanes).get(edge);
      if (!lane) continue;
      const [source] = this.view.edges[edge];
      const shown = this.cells.get(isBack ? `c${edge}` : `v${source}`)?.text ?? "";
      const mover = traveller(step.e.length > MOST_IN_NUMBERS ? "" : shown, isBack ? "back" : "forth");
      mover.style.offsetPath = `path("${lane.getAttribute("d")}")`;
      this.movers.append(mover);
      mover.animate([{ offsetDistance: "0%" }, { offsetDistance: "100%" }], TRAVEL);
      mover.animate([{ opacity: 0 }, { opacity: 1, offset: 0.15 }, { opacity: 1, offset: 0.85 }, { opacity: 0 }], TRAVEL);
    }
  }
}

// The text of one cell: one element whose text is put in, or several that are drawn as they are.
class Cell {
  constructor(element, isPlayable) {
    const texts = element.matches("text") ? [element] : [...element.querySelectorAll("text")];
    const part = element.dataset.c[0];
    this.element = element;
    this.own = texts.length === 1 && !element.querySelector("path") ? texts[0] : null;
    this.prefix = part === "g" ? PREFIX : "";
    this.text = this.final = this.own?.textContent.replace(this.prefix, "") ?? "";
    this.room = isPlayable ? roomOf(element) : 0;
  }

  // undefined hides it; null shows what it ends with.
  show(text, isNew) {
    this.element.classList.toggle("ahead", text === undefined);
    this.element.classList.toggle("fresh", Boolean(isNew));
    if (text === undefined) return;
    if (this.own) this.write(text ?? this.final);
    else this.swap(text);
  }

  write(text) {
    if (text === this.text) return;
    this.text = text;
    this.own.firstChild.data = this.prefix + text; // cheaper than another text node
    if (this.room) this.fit(this.prefix + text);
  }

  // A number that is wider than its place is set narrower; nan and inf are loud.
  fit(told) {
    const size = this.element.dataset.c[0] === "c" ? 14 : 16;
    const width = size * [...told].reduce((sum, sign) => sum + (ADVANCES[sign] ?? ADVANCE), 0);
    this.own.classList.toggle("loud", /nan|inf/.test(told));
    if (width <= this.room && !this.isNarrowed) return;
    this.isNarrowed = width > this.room;
    this.own.setAttribute("lengthAdjust", "spacingAndGlyphs");
    if (this.isNarrowed) this.own.setAttribute("textLength", this.room);
    else this.own.removeAttribute("textLength");
  }

  // A text in the place of what is drawn as several elements.
  swap(text) {
    if (text !== null && !this.other) this.other = this.element.appendChild(this.beside());
    if (this.other) this.other.textContent = this.prefix + (text ?? "");
    for (const part of this.element.children) {
      part.classList.toggle("ahead", (part === this.other) === (text === null));
    }
  }

  beside() {
    const { x, y, width, height } = this.element.getBBox();
    return svgElement("text", { x: x + width / 2, y: y + height / 2 + 5 });
  }
}

// A card becomes a thing that can have the focus, with a frame that glows when it acts.
function card(element) {
  const shape = element.firstElementChild;
  const { x, y, width, height } = boxOf(shape);
  const frame = { class: "glow", x: x - 3, y: y - 3, width: width + 6, height: height + 6, rx: 12 };
  element.prepend(svgElement("rect", frame));
  element.setAttribute("role", "button");
  return element;
}

function boxOf(shape) {
  if (shape.matches("rect")) {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)));
    return { x, y, width, height };
  }
  const points = [...shape.points];
  return union(points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
}

export function union(boxes) {
  const left = Math.min(...boxes.map((box) => box.x));
  const top = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function elementsOf(svg, name, made) {
  return [...svg.querySelectorAll(`[data-${name}]`)].map((element) => {
    const key = element.dataset[name];
    return [name === "c" ? key : Number(key), made(element)];
  });
}

// What a card or a chip leaves between its sides.
function roomOf(element) {
  const chip = element.querySelector("rect");
  return chip ? boxOf(chip).width - 10 : boxOf(element.parentElement.querySelector(".glow")).width - 22;
}

function keyOf(mark) {
  return typeof mark === "string" ? mark : mark[0];
}

// For each cell the steps that write into it, and what; null is its last text, which is drawn.
function told(steps) {
  const found = new Map();
  steps.forEach(({ m }, step) => {
    for (const mark of m) {
      const key = keyOf(mark);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push([step, typeof mark === "string" ? null : mark[1]]);
    }
  });
  return found;
}

function textOf(text, key, numberAt, isPlayable) {
  if (text !== null) return filled(text, numberAt);
  return isPlayable ? numberAt(key) : null;
}

function lit(steps, move) {
  return new Map(steps.flatMap(({ v, e }, step) => (v === move ? e.map((edge) => [edge, step]) : [])));
}

// A line, and after it the head of its arrow.
function setState(line, step, begin) {
  for (const { classList } of line ? [line, line.nextElementSibling] : []) {
    classList.toggle("ahead", step < begin);
    classList.toggle("now", step === begin && begin > 0);
  }
}

function traveller(text, way) {
  const made = svgElement("g", { class: way });
  if (!text || text.length > LONGEST_TRAVELLER || /\s/.test(text)) {
    made.append(svgElement("circle", { r: 6 }));
    return made;
  }
  const half = 4.5 * text.length + 7;
  made.append(svgElement("rect", { x: -half, y: -11, width: 2 * half, height: 22, rx: 11 }));
  const written = svgElement("text", { y: 5 });
  written.textContent = text;
  made.append(written);
  return made;
}

function svgElement(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
