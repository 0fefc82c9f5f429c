// A page: a root element as graphgen/outputs/page writes it -> a picture that steps and plays.

import { Camera } from "./camera.js";
import { number } from "./digits.js";
import { Drawing } from "./drawing.js";
import { filled, said } from "./captions.js";
import { listen } from "./hearing.js";
import { linkOf, movedBy, putLink, stepOf } from "./linking.js";
import { Explanation, Sliders, Table, put } from "./explaining.js";
import { drawn, faithful, toldIn } from "./unpacking.js";

const TABLE_REST = 150; // milliseconds
const LINK_REST = 300; // a browser hears few changes of an address
const MOST_LABELLED = 200; // of more nodes only the chosen one is told anew at each step
const CHAPTERS = { o: "opening", f: "forward", b: "backward", c: "closing" };

// keys: where key presses are heard, the root alone or the whole document.
// share: how far on in its story the page begins, from 0 to 1.
// link: what was moved before, and the step; keep: who is told of the link whenever it is another.
export async function attach(root, { keys = root, share = 0, link = "", keep } = {}) {
  const page = new Page(root, keys, ...(await toldIn(root)));
  await page.open(page.fittest());
  page.go(Math.round(share * page.last), false);
  if (link) page.follow(link);
  page.keep = keep;
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
    this.explanation = new Explanation(find(".how"));
    this.table = new Table(find("table"), words);
    this.watchTable();
    this.sliders = new Sliders(find(".sliders"), words, (node, value) => this.moved(node, value));
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.ending = listen(this, keys);
    root.page = this;
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
    if (!this.drawings.has(index)) this.drawings.set(index, new Drawing(await drawn(view, this.first), view));
    Object.assign(this, { index, view, picture: this.drawings.get(index) });
    this.find(".paper").replaceChildren(this.picture.svg);
    if (former?.steps !== view.steps) this.tell(former);
    else if (this.tape) this.picture.refresh(this.numberAt);
    this.camera.use(...view.size);
    this.go(this.step, false);
    if (this.find("select.views")) this.find("select.views").value = index;
    this.markFolded();
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

  markFolded() {
    for (const node of Object.keys(this.view.inner)) this.picture.markFolded(node, this.words.folded_card);
  }

  describe() {
    const { view } = this;
    put(this.find("h1"), view.title);
    put(this.find(".why"), this.tape ? "" : view.why || this.words.unfaithful);
    this.root.classList.toggle("plays", Boolean(this.tape));
    this.sliders.use(this.tape ? view : {});
    this.sliders.set(this.tape?.given ?? []);
    this.table.use(view, false);
    this.table.refresh(this.numberAt);
    this.find(".scrub").max = view.steps.length - 1;
    this.selected = undefined;
    this.marks();
  }

  // The track of the scrubber tells where the backward pass begins.
  marks() {
    const turn = this.view.steps.findIndex(({ h }) => h === "b");
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

  // The text of a number: as it is worked out here, or else as torch found it.
  numberAt = (key) => {
    const index = Number(key.slice(1));
    if (this.tape) return number(this.numbers[key[0]][index]);
    const { values, grads, shares, slopes } = this.view.tape;
    return { v: number(Number(values[index])), g: number(Number(grads[index])), c: shares[index], s: slopes[index] }[key[0]];
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
    this.picture.refresh(this.numberAt);
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

  go(step, hasMotion = true) {
    this.step = Math.min(Math.max(step, 0), this.last);
    const { h } = this.view.steps[this.step];
    this.picture.show(this.step, this.numberAt, hasMotion && !this.calm.matches);
    put(this.find(".caption"), this.caption);
    put(this.find(".live"), this.caption);
    put(this.find(".count"), `${this.step + 1} / ${this.last + 1}`);
    this.find(".band").dataset.chapter = CHAPTERS[h];
    const scrub = this.find(".scrub");
    scrub.value = this.step;
    const places = { step: this.step + 1, last: this.last + 1, chapter: this.words[CHAPTERS[h]] };
    scrub.setAttribute("aria-valuetext", said(this.words.at_step, places));
    scrub.style.setProperty("--done", `${(100 * this.step) / this.last}%`);
    this.camera.follow(() => this.picture.actors(this.step), this.step === 0 || this.step === this.last);
    this.label();
    this.note();
    this.explainActor();
  }

  // In a backward step of its own, whose gradient it is about.
  explainActor() {
    const { v, n, e } = this.view.steps[this.step];
    if (v === "send" && e.length === 1) this.explain(this.view.edges[e[0]][0]);
    if (v === "sum" && n.length === 1) this.explain(n[0]);
  }

  by(count) {
    this.pause();
    this.go(this.step + count, count === 1);
  }

  jump(step) {
    this.pause();
    this.go(step, false);
  }

  get isPlaying() {
    return this.timer !== undefined;
  }

  play() {
    if (this.isPlaying) return this.pause();
    this.go(this.step === this.last ? 0 : this.step + 1);
    return this.wait();
  }

  wait() {
    this.named(".play", "pause");
    this.timer = setTimeout(() => {
      this.go(this.step + 1);
      if (this.step === this.last) this.pause();
      else this.wait();
    }, 1000 * this.view.steps[this.step].s);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.named(".play", "play");
  }

  named(button, state) {
    this.find(button).setAttribute("aria-label", this.words[state]);
    this.find(button).dataset.state = state;
  }

  // ---- nodes

  // What is told of a node to who can't see it: what its card shows now.
  label() {
    const { nodes } = this.picture;
    const current = this.selected ?? 0;
    const named = nodes.length <= MOST_LABELLED ? nodes.keys() : [current];
    for (const node of named) {
      const shown = ["text:not([data-c], .paths, .badge)", "text[data-c]:not(.ahead)", "g[data-c]:not(.ahead) > text:not(.ahead)", ".paths"];
      const texts = shown.flatMap((kind) => [...nodes[node].querySelectorAll(`:scope > ${kind}`)]);
      nodes[node].setAttribute("aria-label", texts.map((text) => text.textContent).join(", "));
      nodes[node].setAttribute("tabindex", node === current ? 0 : -1);
    }
  }

  explain(node) {
    if (this.selected !== undefined) this.picture.nodes[this.selected].setAttribute("tabindex", -1);
    this.selected = node;
    this.label();
    this.explanation.show(this.view, node, this.numberAt);
    this.table.light(node);
  }

  pick(by) {
    const { nodes } = this.picture;
    const node = ((this.selected ?? (by > 0 ? -1 : 0)) + by + nodes.length) % nodes.length;
    nodes[node].focus({ preventScroll: true });
    this.camera.follow(() => [[this.picture.box(node)], []], false);
  }

  unfold(node) {
    const inner = this.view.inner[node];
    if (inner === undefined) return;
    this.outer.push(this.index);
    this.choose(inner).then(() => this.camera.follow(() => [this.view.news.map((one) => this.picture.box(one)), []]));
  }

  close() {
    if (this.outer.length) this.open(this.outer.pop());
  }

  // ---- the whole page

  // Nothing of it is heard or moves any more.
  stop() {
    this.pause();
    clearTimeout(this.noted);
    this.ending.abort();
    this.camera.watcher.disconnect();
    this.watcher.disconnect();
  }

  // On paper everything is there.
  print() {
    this.printed = this.step;
    this.refreshTable();
    this.pause();
    this.go(this.last, false);
  }

  turnTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    this.root.dataset.theme = (this.root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  }
}
