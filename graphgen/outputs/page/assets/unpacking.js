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

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=>?@^_`{|}~";

function unpacked(told) {
  return new Response(new Blob([bytesOf(told)]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

// Base 85, as views.py packs: five letters to four bytes.
function bytesOf(told) {
  const values = new Map([...LETTERS].map((letter, value) => [letter, value]));
  const missing = (5 - (told.length % 5)) % 5;
  const whole = told + "~".repeat(missing);
  const view = new DataView(new ArrayBuffer((whole.length / 5) * 4));
  for (let at = 0; at < whole.length; at += 5) {
    let word = 0;
    for (let next = at; next < at + 5; next += 1) word = word * 85 + values.get(whole[next]);
    view.setUint32((at / 5) * 4, word);
  }
  return new Uint8Array(view.buffer, 0, view.byteLength - missing);
}
