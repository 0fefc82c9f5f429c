// A graph of single numbers -> its values forward, its gradients backward, and finite differences.

import { OPERATIONS } from "./operations.js";

const STEP = 6e-6; // where rounding and curvature balance in double precision
const AGREES = 1e-5;
const KINK = 1e-3; // slopes to either side that are farther apart than this bend too sharply

// tape.ops: for each node its operation, "" for what is given
// tape.values, tape.grads: for each node what torch found; a gradient is null where none comes
// tape.shares, tape.slopes: for each edge the text of its contribution and of its slope
// tape.edges: [source, target, whether a gradient comes back], by target and slot
export class Tape {
  constructor({ ops, values, grads, edges, tolerance }) {
    Object.assign(this, { ops, edges, tolerance });
    this.recorded = { values: values.map(Number), grads: grads.map((g) => (g === null ? null : Number(g))) };
    this.operands = ops.map(() => []);
    edges.forEach(([source, target], index) => this.operands[target].push({ source, index }));
    this.given = this.recorded.values.slice();
  }

  get loss() {
    return this.ops.length - 1;
  }

  // Whether what is worked out here is what torch found.
  isFaithful() {
    const { values, grads } = this.run();
    const isNear = (ours, theirs) => theirs === null || apart(ours, theirs) <= this.tolerance;
    return (
      values.every((value, node) => isNear(value, this.recorded.values[node])) &&
      grads.every((grad, node) => isNear(grad, this.recorded.grads[node]))
    );
  }

  // Everything at the given numbers; shares and slopes belong to edges.
  run() {
    const values = this.forward();
    return { values, ...this.backward(values) };
  }

  // The values; those of `held` stay as they are.
  forward(held = new Map()) {
    const values = [];
    this.ops.forEach((op, node) => {
      if (held.has(node)) values.push(held.get(node));
      else values.push(op ? OPERATIONS[op].value(...this.inputs(node, values)) : this.given[node]);
    });
    return values;
  }

  inputs(node, values) {
    return this.operands[node].map(({ source }) => values[source]);
  }

  backward(values) {
    const grads = this.ops.map((_, node) => (this.recorded.grads[node] === null ? null : 0));
    const [shares, slopes] = [[], []];
    grads[this.loss] = 1;
    for (let node = this.loss; node >= 0; node -= 1) {
      if (!this.ops[node] || grads[node] === null) continue;
      const given = this.inputs(node, values);
      const back = (g) => OPERATIONS[this.ops[node]].back(g, values[node], ...given);
      const [sent, local] = [back(grads[node]), back(1)];
      this.operands[node].forEach(({ source, index }, slot) => {
        if (!this.edges[index][2]) return;
        shares[index] = sent[slot];
        slopes[index] = local[slot];
        grads[source] += sent[slot];
      });
    }
    return { grads, shares, slopes };
  }

  // For each node with a gradient: (loss a little above - loss a little below) / the way between.
  // agrees is null where rounding or a kink hides the slope.
  differences() {
    const { values, grads } = this.run();
    const cuts = this.ops.flatMap((op, node) => (op === "detach" || op === "no_grad" ? [[node, values[node]]] : []));
    const loss = values[this.loss];
    const largest = Math.max(...values.map(Math.abs).filter(Number.isFinite));
    return grads.map((grad, node) => {
      if (grad === null) return null;
      const ends = [-1, 1].map((sign) => values[node] + sign * STEP * Math.max(1, Math.abs(values[node])));
      const [below, above] = ends.map((end) => this.forward(new Map([...cuts, [node, end]]))[this.loss]);
      const slope = (above - below) / (ends[1] - ends[0]);
      const sides = [(loss - below) / (values[node] - ends[0]), (above - loss) / (ends[1] - values[node])];
      const rounding = (8 * Number.EPSILON * largest) / (ends[1] - ends[0]);
      const isHidden = !(Math.abs(slope - grad) > rounding) || !(apart(...sides) <= KINK);
      return { slope, agrees: apart(slope, grad) <= AGREES || (isHidden ? null : false) };
    });
  }
}

// The difference relative to the larger of 1 and either.
export function apart(ours, theirs) {
  if (Object.is(ours, theirs) || ours === theirs) return 0;
  const found = Math.abs(ours - theirs) / Math.max(1, Math.abs(ours), Math.abs(theirs));
  return Number.isFinite(found) ? found : Infinity;
}
