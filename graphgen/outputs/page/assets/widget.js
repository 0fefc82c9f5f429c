// The page in a notebook, as anywidget asks for it.

import { attach } from "./page.js";

const SUPPRESSES = "data-lm-suppress-shortcuts"; // JupyterLab's: no shortcut at who has the focus
const OPAQUE = 128;
const SETTLED = 400; // milliseconds after which a notebook has changed its colours

function render({ model, el }) {
  let page;
  let ending = new AbortController();
  const leave = () => {
    ending.abort();
    page?.stop();
  };
  const show = async () => {
    leave();
    ending = new AbortController();
    el.innerHTML = model.get("html");
    const root = el.firstElementChild;
    keepKeys(root, ending.signal);
    followTheme(root, ending.signal);
    page = await attach(root, { link: model.get("link"), keep: (link) => tell(model, link) });
  };
  model.on("change:html", show);
  show();
  return () => {
    model.off("change:html", show);
    leave();
  };
}

function tell(model, link) {
  model.set("link", link);
  model.save_changes();
}

// The notebook hears no key that is pressed in the page, but those with Ctrl or Command outside of
// what is typed into. JupyterLab's shortcuts are heard before the page's own keys: at the document,
// on their way down.
function keepKeys(root, signal) {
  const isTheirs = ({ ctrlKey, metaKey }, target) => (ctrlKey || metaKey) && !target.matches("input, select");
  const prepare = (event) => {
    const [target] = event.composedPath();
    if (root.contains(target)) target.toggleAttribute(SUPPRESSES, !isTheirs(event, target));
  };
  addEventListener("keydown", prepare, { capture: true, signal });
  root.addEventListener("keydown", (event) => isTheirs(event, event.target) || event.stopPropagation());
}

// Light or dark as what is around it, also when that changes, unless the reader or the author chose.
function followTheme(root, signal) {
  if (root.dataset.theme) return;
  let followed;
  const follow = () => {
    if (root.dataset.theme !== followed) return;
    followed = isDark(colorBehind(root.parentElement)) ? "dark" : "light";
    root.dataset.theme = followed;
  };
  const settle = () => {
    follow();
    setTimeout(follow, SETTLED);
  };
  const observer = new MutationObserver(settle);
  for (const target of [document.documentElement, document.body]) observer.observe(target, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", settle, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  settle();
}

// The first color that isn't seen through, from an element outwards, as red, green and blue; undefined
// where there is none.
function colorBehind(element) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = getComputedStyle(at).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    if (alpha >= OPAQUE) return [red, green, blue];
  }
  return undefined;
}

function isDark(color) {
  if (!color) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [red, green, blue] = color;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < OPAQUE;
}

export default { render };
