// A page: a root element as graphgen/outputs/page writes it -> a picture that steps and plays.

import { Camera } from "./camera.js";
import { number } from "./digits.js";
import { filled, said } from "./captions.js";
import { listen } from "./hearing.js";
import { linkOf, movedBy, putLink, stepOf } from "./linking.js";
import { Explanation, Sliders, Table, put } from "./explaining.js";
import { Drawing, svgElement } from "./timeline.js";
import { drawn, faithful, toldIn } from "./unpacking.js";

const TABLE_REST = 150; // milliseconds
const LINK_REST = 300; // a browser hears few changes of an address
const MOST_LABELLED = 200; // of more nodes only the chosen one is told anew at each step
const SIGN = /(∂), /g; // what stands before a number belongs to it
const UNKNOWN = "?";
const GLOW = 5; // points between a card and the frame around it that shows where the reader is

// keys: where key presses are heard, the root alone or the whole document.
// share: how far on in its story the page begins, from 0 to 1.
// link: what was moved before, and the step; keep: who is told of the link whenever it is another.
// The root says data-ready from when keys and buttons are heard.
export async function attach(root, { keys = root, share = 0, link = "", keep } = {}) {
  const page = new Page(root, keys, ...(await toldIn(root)));
  await page.open(page.fittest());
  page.go(Math.round(share * page.last), false);
  if (link) page.follow(link);
  page.keep = keep;
  root.dataset.ready = "";
  return page;
}

// A page of its own keeps its link in its address.
export async function stand(root) {
  const page = await attach(root, { keys: document, link: location.hash, keep: putLink });
  addEventListener("hashchange", () => page.follow(location.hash), { signal: page.ending.signal });
}

class Page {
  constructor(root, keys, words, views) {
    const find = (name) => root.querySelector(name);
    Object.assign(this, { root, find, words, views, step: 0, drawings: new Map(), outer: [] });
    this.camera = new Camera(find(".stage"), find(".paper"), () => this.refit());
    this.isStory = Boolean(find("aside"));
    if (this.isStory) this.furnish();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.ending = listen(this, keys);
    root.page = this;
  }

  // What stands beside the picture of a story.
  furnish() {
    this.explanation = new Explanation(this.find(".how"));
    this.table = new Table(this.find("table"), this.words);
    this.watchTable();
    this.sliders = new Sliders(this.find(".sliders"), this.words, (node, value) => this.moved(node, value));
  }

  // ---- views

  // In a narrow place that is higher than wide, the view that goes down. page.css says what is narrow.
  fittest() {
    const { clientWidth, clientHeight } = this.find(".stage");
    const isNarrow = clientWidth < clientHeight && getComputedStyle(this.find(".sheet")).getPropertyValue("--narrow");
    return isNarrow ? Math.max(this.views.findIndex(({ isDown }) => isDown), 0) : 0;
  }

  // In a place of another size another view may be the fittest, until the reader has chosen one.
  refit() {
    const fittest = this.fittest();
    if (this.view && !this.isChosen && this.index !== fittest) this.open(fittest);
  }

  choose(index) {
    this.isChosen = true;
    return this.open(index);
  }

  async open(index) {
    const former = this.view;
    const view = this.views[index];
    this.first ??= this.find(".paper svg");
    if (!this.drawings.has(index)) this.drawings.set(index, await this.draw(view));
    this.picture?.stop();
    Object.assign(this, { index, view, picture: this.drawings.get(index) });
    this.find(".paper").replaceChildren(this.picture.svg);
    if (former?.steps !== view.steps) this.tell(former);
    else if (this.tape) this.picture.refresh();
    this.camera.use(...view.size);
    this.go(this.step, false);
    if (this.find("select.views")) this.find("select.views").value = index;
  }

  async draw(view) {
    const picture = new Drawing(await drawn(view, this.first), view.timeline, this.numberAt);
    picture.cards = view.cards.map((box, node) => card(view, node, box, this.words.folded_card));
    const layer = svgElement("g", { class: "cards" });
    layer.append(...picture.cards);
    picture.svg.append(layer);
    return picture;
  }

  // Other words and numbers: about as far on in the story as in the former ones.
  tell(former) {
    const share = former ? this.step / (former.steps.length - 1) : 0;
    this.differences = undefined;
    this.tape = faithful(this.view);
    this.compute();
    this.describe();
    this.step = Math.round(share * (this.view.steps.length - 1));
  }

  describe() {
    const { view } = this;
    put(this.find("h1"), view.title);
    this.find(".scrub").max = view.steps.length - 1;
    this.selected = undefined;
    this.marks();
    if (this.isStory) this.describeNumbers(view);
  }

  describeNumbers(view) {
    put(this.find(".why"), this.tape ? "" : view.why || this.words.unfaithful);
    this.root.classList.toggle("plays", Boolean(this.tape));
    this.sliders.use(this.tape ? view : {});
    this.sliders.set(this.tape?.given ?? []);
    this.table.use(view, false);
    this.table.refresh(this.numberAt);
  }

  // The track of the scrubber tells where the backward pass begins.
  marks() {
    const turn = this.view.steps.findIndex(({ h }) => h === "backward");
    const share = turn < 0 ? 1 : (turn - 0.5) / (this.view.steps.length - 1);
    this.find(".scrub").style.setProperty("--turn", `${100 * share}%`);
  }

  // The table is long: while it isn't seen it waits for the slider to rest.
  watchTable() {
    this.watcher = new IntersectionObserver(([{ isIntersecting }]) => {
      this.isTableSeen = isIntersecting;
      if (isIntersecting) this.refreshTable();
    });
    this.watcher.observe(this.find(".wide"));
  }

  refreshTable() {
    this.table.refresh(this.numberAt, this.differences);
  }

  // ---- numbers

  compute() {
    if (!this.tape) return;
    const { values, grads, shares, slopes } = this.tape.run();
    this.numbers = { v: values, g: grads, c: shares, s: slopes };
  }

  // The text of a number, or of the sum of several: as it is worked out here, or else as torch found it.
  numberAt = (name) => {
    const keys = name.split("_");
    const places = keys.map((key) => [key[0], Number(key.slice(1))]);
    if (this.tape) return number(places.reduce((sum, [part, index]) => sum + this.numbers[part][index], 0));
    if (keys.length > 1) return UNKNOWN;
    const [[part, index]] = places;
    const { values, grads, shares, slopes } = this.view.tape;
    return { v: number(Number(values[index])), g: number(Number(grads[index])), c: shares[index], s: slopes[index] }[part];
  };

  moved(node, value) {
    this.tape.given[node] = value;
    this.differences = undefined;
    this.root.dispatchEvent(new CustomEvent("autoviz-moved", { detail: { name: this.view.names[node], value } }));
    this.awaited ??= requestAnimationFrame(() => this.refresh());
  }

  // What a link tells of this page; what it doesn't tell is as it was.
  follow(link) {
    if (this.tape) this.set(movedBy(link, this.view, this.tape.recorded.values));
    this.jump(stepOf(link, this.step));
  }

  // Once nothing has moved for a moment, for the address.
  note() {
    clearTimeout(this.noted);
    if (this.keep) this.noted = setTimeout(() => this.keep(linkOf(this)), LINK_REST);
  }

  refresh() {
    this.awaited = undefined;
    this.note();
    this.compute();
    this.picture.refresh();
    clearTimeout(this.tableAwaited);
    if (this.isTableSeen) this.refreshTable();
    else this.tableAwaited = setTimeout(() => this.refreshTable(), TABLE_REST);
    put(this.find(".caption"), this.caption);
    if (this.selected !== undefined) this.explain(this.selected);
  }

  reset() {
    this.set(this.tape.recorded.values.slice());
  }

  set(given) {
    this.tape.given = given;
    this.sliders.set(given);
    this.refresh();
  }

  check() {
    this.differences = this.tape.differences();
    this.table.use(this.view, true);
    this.table.refresh(this.numberAt, this.differences);
  }

  // ---- steps

  get caption() {
    return filled(this.view.steps[this.step].c, this.numberAt);
  }

  get share() {
    return this.step / this.last;
  }

  get last() {
    return this.view.steps.length - 1;
  }

  // Where motion is wanted, a step is shown as the timeline has it.
  go(step, hasMotion = true) {
    this.step = Math.min(Math.max(step, 0), this.last);
    const { ends } = this.view.timeline;
    const [begin, end] = [ends[this.step - 1] ?? 0, ends[this.step]];
    clearTimeout(this.timer);
    this.say(this.view.steps[this.step]);
    if (hasMotion && !this.calm.matches) {
      this.picture.run(begin, end, { looked: () => this.aim(true), arrived: () => this.arrive() });
    } else {
      this.picture.stop();
      this.picture.show(end);
      this.aim(false);
      const seconds = this.view.timeline.frames.slice(begin, end).reduce((sum, each) => sum + each, 0);
      if (this.isPlaying) this.timer = setTimeout(() => this.arrive(), 1000 * seconds);
    }
  }

  // A step is at its end.
  arrive() {
    if (this.isPlaying && this.step < this.last) this.go(this.step + 1);
    else this.pause();
  }

  // A world by itself is looked at through the camera here; in a frame it moves the world.
  aim(isMoving) {
    if (!this.view.timeline.middle) this.camera.aim(this.picture.camera, isMoving);
  }

  say({ h, n, w }) {
    put(this.find(".caption"), this.caption);
    put(this.find(".live[role]"), this.caption);
    put(this.find(".narration"), n ?? "");
    put(this.find(".count"), `${this.step + 1} / ${this.last + 1}`);
    this.find(".band").dataset.chapter = h;
    const scrub = this.find(".scrub");
    scrub.value = this.step;
    const places = { step: this.step + 1, last: this.last + 1, chapter: this.words[h] ?? h };
    scrub.setAttribute("aria-valuetext", said(h ? this.words.at_chapter : this.words.at_step, places));
    scrub.style.setProperty("--done", `${(100 * this.step) / (this.last || 1)}%`);
    this.label();
    this.note();
    if (w !== undefined) this.explain(w);
  }

  by(count) {
    this.pause();
    const former = this.step;
    const step = Math.min(Math.max(former + count, 0), this.last);
    this.go(step, count === 1 && step !== former);
  }

  jump(step) {
    this.pause();
    this.go(step, false);
  }

  play() {
    if (this.isPlaying) return this.jump(this.step);
    this.isPlaying = true;
    this.named(".play", "pause");
    return this.go(this.step === this.last ? 0 : this.step + 1);
  }

  pause() {
    clearTimeout(this.timer);
    this.isPlaying = false;
    this.named(".play", "play");
  }

  named(button, state) {
    this.find(button).setAttribute("aria-label", this.words[state]);
    this.find(button).dataset.state = state;
  }

  // ---- nodes

  // What is told of a node to who can't see it: what its card shows at the end of the step.
  label() {
    const { cards } = this.picture;
    const current = this.selected ?? 0;
    const named = cards.length <= MOST_LABELLED ? cards.keys() : [current];
    for (const node of named) {
      const texts = this.picture.textsOf(node, this.view.timeline.ends[this.step]);
      cards[node].setAttribute("aria-label", texts.join(", ").replaceAll(SIGN, "$1 "));
      cards[node].setAttribute("tabindex", node === current ? 0 : -1);
    }
  }

  explain(node) {
    if (this.selected !== undefined) this.picture.cards[this.selected].setAttribute("tabindex", -1);
    this.selected = node;
    this.label();
    this.explanation.show(this.view, node, this.numberAt);
    this.table.light(node);
  }

  pick(by) {
    const { cards } = this.picture;
    const node = ((this.selected ?? (by > 0 ? -1 : 0)) + by + cards.length) % cards.length;
    cards[node].focus({ preventScroll: true });
    this.camera.reveal(this.box([node]));
  }

  // The box around cards.
  box(nodes) {
    const boxes = nodes.map((node) => this.view.cards[node]);
    const [x, y] = [0, 1].map((axis) => Math.min(...boxes.map((box) => box[axis])));
    const [width, height] = [0, 1].map((axis) => Math.max(...boxes.map((box) => box[axis] + box[axis + 2])) - [x, y][axis]);
    return { x, y, width, height };
  }

  unfold(node) {
    const inner = this.view.inner[node];
    if (inner === undefined) return;
    this.outer.push(this.index);
    this.choose(inner).then(() => this.view.news.length && this.camera.reveal(this.box(this.view.news)));
  }

  close() {
    if (this.outer.length) this.open(this.outer.pop());
  }

  // ---- the whole page

  // Nothing of it is heard or moves any more.
  stop() {
    this.pause();
    this.picture?.stop();
    clearTimeout(this.noted);
    this.ending.abort();
    this.camera.watcher.disconnect();
    this.watcher?.disconnect();
  }

  // On paper everything is there.
  print() {
    this.printed = this.step;
    if (this.isStory) this.refreshTable();
    this.jump(this.last);
  }

  turnTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    this.root.dataset.theme = (this.root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  }
}

// What can have the focus in the place of a node's card; one that can be opened says so.
function card(view, node, [x, y, width, height], description) {
  const frame = { x: x - GLOW, y: y - GLOW, width: width + 2 * GLOW, height: height + 2 * GLOW, rx: 2 * GLOW };
  const element = svgElement("g", { class: "card", role: "button", "data-n": node });
  element.append(svgElement("rect", { ...frame, fill: "none", "pointer-events": "all" }));
  if (view.inner[node] === undefined) return element;
  const badge = svgElement("text", { class: "badge", x: x + width - 14, y: y + 20 });
  badge.textContent = "⊞";
  element.append(badge);
  element.classList.add("opens");
  element.setAttribute("aria-description", description);
  return element;
}
