// An expression and its values, which the server works out with torch as they are edited.

import { made, put, widen } from "./explaining.js";
import { attach } from "./page.js";

const PAUSE = 350; // milliseconds without a key, after which the program is run

export function edit(form) {
  const editor = new Editor(form, document.querySelector(".shown"));
  editor.run();
  return editor;
}

class Editor {
  constructor(form, shown) {
    const first = JSON.parse(form.querySelector(".first").textContent);
    const find = (name) => form.querySelector(name);
    Object.assign(this, { form, shown, find, values: first.values, data: new Set(first.data) });
    find("textarea").value = first.text;
    find("textarea").addEventListener("input", () => this.later());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) this.run();
    });
    form.editor = this;
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
    const body = JSON.stringify({ text: this.find("textarea").value, values: this.values, data: [...this.data] });
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
    if (!error || inputs.length) this.list(inputs);
  }

  async replace(html) {
    const former = this.page;
    former?.stop();
    this.shown.innerHTML = html;
    const root = this.shown.firstElementChild;
    if (former?.root.dataset.theme) root.dataset.theme = former.root.dataset.theme;
    this.page = await attach(root, { keys: document, share: former?.share });
    root.addEventListener("click", () => Object.assign(this.form.dataset, root.dataset.theme && { theme: root.dataset.theme }));
    root.addEventListener("autoviz-moved", ({ detail }) => this.moved(detail));
  }

  // A slider was moved in the page, which has worked that out already.
  moved({ name, value }) {
    this.values[name] = String(value);
    const entry = this.rows?.get(name);
    if (entry) entry.value = this.values[name];
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
      this.values[name] = entry.value = range.value;
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
    this.values[name] = text;
    entry.addEventListener("input", () => {
      this.values[name] = entry.value;
      this.later();
    });
    given.addEventListener("change", () => {
      this.data[given.checked ? "add" : "delete"](name);
      this.run();
    });
    return entry;
  }
}
