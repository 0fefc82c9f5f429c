// What the person does -> what the page does.

const PANNED = 60; // pixels
const ZOOMED = 1.25;

const CLICKS = {
  ".first": (page) => page.by(-Infinity),
  ".former": (page) => page.by(-1),
  ".play": (page) => page.play(),
  ".next": (page) => page.by(1),
  ".last": (page) => page.by(Infinity),
  ".closer": (page) => page.camera.zoom(ZOOMED),
  ".farther": (page) => page.camera.zoom(1 / ZOOMED),
  ".fit": (page) => page.camera.follow(),
  ".reset": (page) => page.reset(),
  ".check": (page) => page.check(),
  ".theme": (page) => page.turnTheme(),
};

const KEYS = {
  ArrowLeft: CLICKS[".former"],
  ArrowRight: CLICKS[".next"],
  Home: CLICKS[".first"],
  End: CLICKS[".last"],
  " ": CLICKS[".play"],
  "+": CLICKS[".closer"],
  "=": CLICKS[".closer"],
  "-": CLICKS[".farther"],
  0: CLICKS[".fit"],
  Escape: (page) => page.close(),
};

const WITH_SHIFT = {
  ArrowLeft: (page) => page.camera.pan(PANNED, 0),
  ArrowRight: (page) => page.camera.pan(-PANNED, 0),
  ArrowUp: (page) => page.camera.pan(0, PANNED),
  ArrowDown: (page) => page.camera.pan(0, -PANNED),
};

const ON_A_CARD = {
  ArrowUp: (page) => page.pick(-1),
  ArrowDown: (page) => page.pick(1),
  Enter: (page, node) => page.unfold(node),
};

// keys: where key presses are heard. Returns what ends the hearing beyond the page's own elements.
export function listen(page, keys) {
  const ending = new AbortController();
  const { signal } = ending;
  for (const [name, what] of Object.entries(CLICKS)) {
    page.find(name)?.addEventListener("click", () => what(page));
  }
  page.find(".scrub").addEventListener("input", ({ target }) => page.jump(Number(target.value)));
  page.find("select.views")?.addEventListener("change", ({ target }) => page.choose(Number(target.value)));
  listenToCards(page, page.find(".stage"));
  keys.addEventListener("keydown", (event) => press(page, event), { signal });
  addEventListener("beforeprint", () => page.print(), { signal });
  addEventListener("afterprint", () => page.go(page.printed, false), { signal });
  return ending;
}

function listenToCards(page, stage) {
  const heard = (name, what) => {
    stage.addEventListener(name, ({ target }) => {
      const node = nodeOf(target);
      if (node !== undefined) what(node, target);
    });
  };
  heard("pointerover", (node) => page.explain(node));
  heard("focusin", (node) => page.explain(node));
  heard("dblclick", (node) => page.unfold(node));
  heard("click", (node, target) => target.matches(".badge") && page.unfold(node));
}

function press(page, event) {
  const isTyping = event.target.closest?.("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  const what = meant(event);
  if (!what) return;
  event.preventDefault();
  what(page, nodeOf(event.target));
}

function meant({ key, shiftKey, target }) {
  if (shiftKey && WITH_SHIFT[key]) return WITH_SHIFT[key];
  if (target.closest?.("button, summary, a") && (key === " " || key === "Enter")) return undefined;
  return (nodeOf(target) !== undefined && ON_A_CARD[key]) || KEYS[key];
}

function nodeOf(target) {
  const card = target.closest?.("[data-n]");
  return card ? Number(card.dataset.n) : undefined;
}
