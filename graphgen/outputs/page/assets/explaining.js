// What stands beside the picture: how a gradient is made up, the table, and the sliders.

import { filled, said } from "./captions.js";
import { number } from "./digits.js";

const MOST_SENTENCES = 12;
const [NEAREST, FARTHEST] = [1e-300, 5e307]; // of a slider, from its middle
const VERDICTS = new Map([[true, "agrees"], [false, "differs"], [null, "undecided"]]);

// An element with attributes, and children or a text.
export function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// How the gradient of a node is made up, sentence by sentence; the words are the story's.
export class Explanation {
  constructor(place) {
    this.place = place;
  }

  show(view, node, numberAt) {
    const rows = view.rows.filter((row) => row.node === node);
    const told = (text) => filled(text, numberAt);
    const parts = rows.flatMap((row) => sentences(view, row, told));
    const heads = rows.map((row) => heading(row, told));
    if (rows.length === 0) heads.push(made("h3", {}, view.names[node]));
    this.place.replaceChildren(...heads, ...parts);
  }
}

function heading(row, told) {
  const gradient = row.gradient ? [made("b", { class: "back" }, `∂ ${told(row.gradient)}`)] : [];
  return made("h3", {}, `${row.name} = ${told(row.value)} `, ...gradient);
}

function sentences(view, row, told) {
  const sends = row.edges.slice(0, MOST_SENTENCES).map((edge) => made("li", {}, told(view.sends[edge])));
  const rest = row.edges.length - sends.length;
  if (rest > 0) sends.push(made("li", {}, `… ${rest}`));
  const lines = sends.length ? [made("ol", {}, ...sends)] : [];
  const closing = row.sum ? told(row.sum) : sends.length ? "" : told(row.made_of);
  return closing ? [...lines, made("p", { class: row.sum ? "sum" : "quiet" }, closing)] : lines;
}

// Every value, every gradient, and how it is made up.
export class Table {
  constructor(place, words) {
    Object.assign(this, { place, words });
  }

  use(view, isChecked) {
    const { value, gradient, made_of: how, by_differences: check } = this.words;
    const heads = ["", value, gradient, how, ...(isChecked ? [check] : [])];
    const head = made("tr", {}, ...heads.map((text) => made("th", { scope: "col" }, text)));
    this.lines = view.rows.map((row) => line(row, isChecked));
    const body = made("tbody", {}, ...this.lines.map(({ element }) => element));
    this.place.replaceChildren(made("thead", {}, head), body);
  }

  // The line of a node.
  light(node) {
    this.lit?.classList.remove("now");
    this.lit = this.lines.find(({ row }) => row.node === node)?.element;
    this.lit?.classList.add("now");
  }

  refresh(numberAt, differences = []) {
    for (const { row, cells } of this.lines) {
      const texts = [row.value, row.gradient, row.made_of].map((text) => filled(text, numberAt));
      texts.forEach((text, at) => put(cells[at], text));
      if (cells[3]) check(cells[3], differences[row.node], this.words);
    }
  }
}

function line(row, isChecked) {
  const cells = ["value", "gradient", "how", ...(isChecked ? ["check"] : [])];
  const elements = cells.map((name) => made("td", { class: name }));
  const head = made("th", { scope: "row" }, row.name);
  return { row, cells: elements, element: made("tr", { "data-node": row.node }, head, ...elements) };
}

function check(cell, difference, words) {
  const slope = difference && number(difference.slope);
  put(cell, difference ? said(words[VERDICTS.get(difference.agrees)], { slope }) : "");
  cell.classList.toggle("differs", difference?.agrees === false);
}

export function put(element, text) {
  const { firstChild } = element;
  if (!firstChild) element.append(text);
  else if (firstChild.data !== text) firstChild.data = text;
}

// A slider and a number for each scalar that is given.
export class Sliders {
  constructor(place, words, moved) {
    Object.assign(this, { place, words, moved, rows: [] });
  }

  use(view) {
    this.rows = view.tape ? view.tape.sliders.map((node) => new Slider(view, node, this.words, this.moved)) : [];
    this.place.replaceChildren(...this.rows.map(({ element }) => element));
  }

  set(values) {
    for (const row of this.rows) row.set(values[row.node]);
  }
}

class Slider {
  constructor(view, node, words, moved) {
    const name = view.names[node];
    this.node = node;
    this.range = made("input", { type: "range", "aria-label": name });
    this.entry = made("input", { type: "number", step: "any", "aria-label": said(words.exactly, { name }) });
    const kind = view.kinds[node] === "d" ? ["data", made("small", {}, words.data)] : ["leaf"];
    this.element = made("div", { class: `slider ${kind[0]}` }, made("span", {}, `${name} `, ...kind.slice(1)), this.range, this.entry);
    this.range.addEventListener("input", () => this.move(Number(this.range.value), moved));
    this.entry.addEventListener("input", () => this.enter(moved));
    this.entry.addEventListener("change", () => this.set(this.value));
  }

  set(value) {
    this.widen(value);
    this.entry.value = String(value);
    this.move(value);
  }

  widen(value) {
    if (this.range.max && Number.isFinite(value) && Math.abs(value) <= Number(this.range.max)) return;
    widen(this.range, value);
  }

  enter(moved) {
    if (this.entry.value === "") return;
    this.widen(this.entry.valueAsNumber);
    this.move(this.entry.valueAsNumber, moved);
  }

  move(value, moved) {
    this.value = value;
    if (!this.entry.matches(":focus")) this.entry.value = String(Number(value.toPrecision(12)));
    if (!this.range.matches(":focus")) this.range.value = String(value);
    this.range.setAttribute("aria-valuetext", number(value));
    moved?.(this.node, value);
  }
}

// A range reaches about two and a half times as far as its number does, from as far below zero; as far
// as the difference of its ends and its step are numbers.
export function widen(range, value) {
  const wanted = Number.isFinite(value) && value !== 0 ? 2.5 * Math.abs(value) : 5;
  const reach = round(Math.min(Math.max(wanted, NEAREST), FARTHEST));
  Object.assign(range, { min: -reach, max: reach, step: round(reach / 500) });
}

// The next number that is 1, 2 or 5 times a power of ten.
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const found = [1, 2, 5, 10].find((part) => part * power >= value * (1 - 1e-9));
  return Number((found * power).toPrecision(6));
}
