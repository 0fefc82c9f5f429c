// What stands in the page -> what the script works with.

import { Tape } from "./tape.js";

// The page's own words, and what is told of every view; a view in another direction has the words of
// the one that it is like.
export async function toldIn(root) {
  const found = JSON.parse(root.querySelector("script.told").textContent);
  const { words, views } = typeof found === "string" ? JSON.parse(await unpacked(found)) : found;
  return [words, views.map((view) => (view.like === undefined ? view : { ...views[view.like], ...view }))];
}

// The tape of a view whose numbers can be worked out here as torch did.
export function faithful(view) {
  if (!view.tape) return undefined;
  const tape = new Tape({ ...view.tape, edges: view.edges });
  if (tape.isFaithful()) return tape;
  return undefined;
}

// The drawing of a view: the first stands in the page, the others are packed.
export async function drawn(view, first) {
  if (!view.packed) return first;
  const holder = document.createElement("div");
  holder.innerHTML = await unpacked(view.packed);
  return holder.firstElementChild;
}

function unpacked(told) {
  const bytes = Uint8Array.from(atob(told), (sign) => sign.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
