// What was moved <-> the text after # in a link, such as set.a=2&set.b=-3&step=7.

const LONGEST_LINK = 1_000_000; // letters; browsers take twice as many
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

// The parts of a link by their names: a text that anybody may have written. The last of a name counts.
export function partsOf(link) {
  return new Map(link.length > LONGEST_LINK ? [] : new URLSearchParams(link.replace(/^#/, "")));
}

// The numbers of `given` with those in their places that a link has for a slider, by its name.
export function movedBy(link, { names, tape }, given) {
  const parts = partsOf(link);
  const told = given.slice();
  for (const node of tape.sliders) {
    const text = parts.get(partOf(names, node));
    if (NUMBER.test(text) && Number.isFinite(Number(text))) told[node] = Number(text);
  }
  return told;
}

// Of several with one name all but the first are told apart by their numbers.
function partOf(names, node) {
  return `set.${names[node]}${names.indexOf(names[node]) < node ? `.${node}` : ""}`;
}

// The step that a link names, or else another.
export function stepOf(link, other) {
  const text = partsOf(link).get("step");
  return /^\d{1,9}$/.test(text) ? Number(text) - 1 : other;
}

// Puts a link into the address, without another entry in the history.
export function putLink(link) {
  const [address] = location.href.split("#"); // whole, for the frame of a notebook has none of its own
  history.replaceState(null, "", link ? `${address}#${link}` : address);
}

// The link of a page: the numbers that are no longer as they were, and the step.
export function linkOf({ view, tape, step }) {
  const parts = new URLSearchParams();
  for (const node of tape ? view.tape.sliders : []) {
    const value = tape.given[node];
    if (value !== tape.recorded.values[node]) parts.set(partOf(view.names, node), value);
  }
  if (step) parts.set("step", step + 1);
  return String(parts);
}
