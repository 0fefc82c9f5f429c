// An expression and its values, which the server works out with torch as they are edited.

import { made, put, widen } from "./explaining.js";
import { partsOf, putLink } from "./linking.js";
import { attach } from "./page.js";

const PAUSE = 350; // milliseconds without a key, after which the program is run
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

export function edit(form) {
  const editor = new Editor(form, document.querySelector(".shown"));
  editor.run();
  return editor;
}

class Editor {
  constructor(form, shown) {
    const find = (name) => form.querySelector(name);
    Object.assign(this, { form, shown, find });
    this.follow(location.hash);
    addEventListener("hashchange", () => {
      this.follow(location.hash);
      this.run();
    });
    find("textarea").addEventListener("input", () => this.later());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) this.run();
    });
    form.editor = this;
  }

  // The program of a link with its values; without one, what the server begins with. The link may be
  // anybody's: its texts stay texts, and what they mean is the server's to check.
  follow(link) {
    const first = JSON.parse(this.find(".first").textContent);
    const parts = partsOf(link);
    const isWhole = parts.has("program");
    const told = [...parts].flatMap(([key, text]) => (key.startsWith("set.") ? [[key.slice(4), text]] : []));
    const data = isWhole ? (parts.get("data") ?? "").split(",") : first.data;
    this.find("textarea").value = isWhole ? parts.get("program") : first.text;
    this.values = new Map([...(isWhole ? [] : Object.entries(first.values)), ...told].filter(([name]) => NAME.test(name)));
    this.data = new Set(data.filter((name) => NAME.test(name)));
    Object.assign(this, { link, names: undefined });
  }

  // The program, its values and the step into the address.
  keep() {
    const names = [...this.rows.keys()];
    const parts = new URLSearchParams({ program: this.find("textarea").value });
    for (const name of names) parts.set(`set.${name}`, this.values.get(name));
    const data = names.filter((name) => this.data.has(name));
    if (data.length) parts.set("data", data);
    if (this.page?.step) parts.set("step", this.page.step + 1);
    putLink(String(parts));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.run(), PAUSE);
  }

  // One request at a time; what is edited meanwhile is asked for after it.
  async run() {
    clearTimeout(this.waiting);
    this.isStale = true;
    if (this.isRunning) return;
    this.isRunning = true;
    this.form.setAttribute("aria-busy", "true");
    while (this.isStale) {
      this.isStale = false;
      await this.show(await this.ask());
    }
    this.isRunning = false;
    this.form.removeAttribute("aria-busy");
  }

  async ask() {
    const body = JSON.stringify({ text: this.find("textarea").value, values: Object.fromEntries(this.values), data: [...this.data] });
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch("run", { method: "POST", headers, body });
      return answer.ok ? await answer.json() : { error: await answer.text() };
    } catch {
      return { error: "The server doesn't answer: is autoviz serve still running?" };
    }
  }

  // What is wrong stands beside the last page that was right; names are there as soon as they can be
  // read, for it may be a value that is wrong.
  async show({ html, inputs = [], error = "" }) {
    put(this.find(".fault"), error);
    this.shown.classList.toggle("stale", Boolean(error));
    if (!error) await this.replace(html);
    const isFirst = !this.rows;
    if (!error || inputs.length) this.list(inputs);
    if (!isFirst) this.keep();
  }

  async replace(html) {
    const former = this.page;
    former?.stop();
    this.shown.innerHTML = html;
    const root = this.shown.firstElementChild;
    if (former?.root.dataset.theme) root.dataset.theme = former.root.dataset.theme;
    const { link } = this;
    this.link = undefined;
    this.page = await attach(root, { keys: document, share: former?.share, link, keep: () => this.keep() });
    root.addEventListener("click", () => Object.assign(this.form.dataset, root.dataset.theme && { theme: root.dataset.theme }));
    root.addEventListener("autoviz-moved", ({ detail }) => this.moved(detail));
  }

  // A slider was moved in the page, which has worked that out already.
  moved({ name, value }) {
    this.values.set(name, String(value));
    const entry = this.rows?.get(name);
    if (entry) entry.value = String(value);
  }

  list(inputs) {
    const names = [Boolean(this.page?.tape), ...inputs.map(([name]) => name)].join();
    if (names !== this.names) this.rows = new Map(inputs.map((input) => [input[0], this.row(input)]));
    this.names = names;
    this.find(".inputs").replaceChildren(...[...this.rows.values()].map((entry) => entry.closest("div")));
  }

  // Where the page has no sliders, single numbers have one here, and torch follows it.
  range(name, entry) {
    const range = made("input", { type: "range", "aria-label": name });
    widen(range, Number(entry.value));
    range.value = entry.value;
    range.addEventListener("input", () => {
      this.values.set(name, range.value);
      entry.value = range.value;
      this.run();
    });
    return range;
  }

  row([name, text, isData]) {
    const entry = made("input", { type: "text", value: text, spellcheck: "false", "aria-label": `value of ${name}` });
    const given = made("input", { type: "checkbox", "aria-label": `${name} is data: it takes no gradient` });
    given.checked = isData;
    const ranges = this.page?.tape || !/^[-+.\de]+$/i.test(text) ? [] : [this.range(name, entry)];
    made("div", {}, made("b", {}, `${name} =`), entry, ...ranges, made("label", {}, given, "data"));
    this.values.set(name, text);
    entry.addEventListener("input", () => {
      this.values.set(name, entry.value);
      this.later();
    });
    given.addEventListener("change", () => {
      this.data[given.checked ? "add" : "delete"](name);
      this.run();
    });
    return entry;
  }
}
