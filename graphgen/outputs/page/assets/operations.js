// One table: an operation -> its value, and what it sends back to each operand when `g` comes from
// above. The formulas are torch's own (derivatives.yaml), with its choices at kinks.

const SQRT_HALF = Math.SQRT1_2;
const DENSITY = 1 / Math.sqrt(2 * Math.PI);
const SLOPE_OF_ERF = 2 / Math.sqrt(Math.PI);
const LEAK = 0.01;
const STEEP = 20; // from here on torch takes softplus for the identity

const same = (x) => x;
const one = (value, back) => ({ value, back: (g, out, x) => [back(g, x, out)] });
const two = (value, back) => ({ value, back: (g, out, x, y) => back(g, x, y, out) });
const passing = one(same, same);

export const OPERATIONS = {
  abs: one(Math.abs, (g, x) => g * Math.sign(x)),
  acos: one(Math.acos, (g, x) => -g / Math.sqrt(1 - x * x)),
  add: two((x, y) => x + y, (g) => [g, g]),
  amax: passing,
  amin: passing,
  asin: one(Math.asin, (g, x) => g / Math.sqrt(1 - x * x)),
  atan: one(Math.atan, (g, x) => g / (x * x + 1)),
  clamp: { value: clamped, back: (g, out, x, low, high) => [x >= low && x <= high ? g : 0] },
  clone: passing,
  cos: one(Math.cos, (g, x) => -g * Math.sin(x)),
  cosh: one(Math.cosh, (g, x) => g * Math.sinh(x)),
  detach: passing,
  div: two((x, y) => x / y, (g, x, y) => [g / y, -g * (x / y / y)]),
  elu: two((x, a) => (x > 0 ? x : a * Math.expm1(x)), (g, x, a) => [x > 0 ? g : g * a * Math.exp(x)]),
  erf: one(erf, (g, x) => g * SLOPE_OF_ERF * Math.exp(-x * x)),
  exp: one(Math.exp, (g, x, out) => g * out),
  expm1: one(Math.expm1, (g, x, out) => g * (out + 1)),
  gelu: one((x) => x * share(x), (g, x) => g * (share(x) + x * DENSITY * Math.exp(-x * x / 2))),
  leakyrelu: one((x) => (x > 0 ? x : LEAK * x), (g, x) => (x > 0 ? g : LEAK * g)),
  linalgvectornorm: one(Math.abs, (g, x, out) => (out === 0 ? 0 : x * (g / out))),
  log: one(Math.log, (g, x) => g / x),
  log1p: one(Math.log1p, (g, x) => g / (x + 1)),
  logsumexp: one(same, (g, x, out) => g * Math.exp(x - out)),
  maximum: two(larger, (g, x, y) => [x === y ? g / 2 : x < y ? 0 : g, x === y ? g / 2 : y < x ? 0 : g]),
  mean: passing,
  minimum: two(smaller, (g, x, y) => [x === y ? g / 2 : x > y ? 0 : g, x === y ? g / 2 : y > x ? 0 : g]),
  mseloss: two((x, y) => (x - y) * (x - y), (g, x, y) => [2 * (x - y) * g, -2 * (x - y) * g]),
  mul: two((x, y) => x * y, (g, x, y) => [g * y, g * x]),
  neg: one((x) => -x, (g) => -g),
  no_grad: passing,
  pow: two(power, (g, x, y, out) => [backToBase(g, x, y), backToExponent(g, x, y, out)]),
  prod: passing,
  reciprocal: one((x) => 1 / x, (g, x, out) => -g * out * out),
  relu: one((x) => (x <= 0 ? 0 : x), (g, x, out) => (out <= 0 ? 0 : g)),
  rsub: two((x, y) => y - x, (g) => [-g, g]),
  sigmoid: one(sigmoid, (g, x, out) => g * (1 - out) * out),
  silu: one((x) => x / (1 + Math.exp(-x)), (g, x) => g * sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
  sin: one(Math.sin, (g, x) => g * Math.cos(x)),
  sinh: one(Math.sinh, (g, x) => g * Math.cosh(x)),
  softplus: one((x) => (x > STEEP ? x : Math.log1p(Math.exp(x))), (g, x) => (x > STEEP ? g : g * rising(x))),
  sqrt: one(Math.sqrt, (g, x, out) => g / (2 * out)),
  sub: two((x, y) => x - y, (g) => [g, -g]),
  sum: passing,
  tan: one(Math.tan, (g, x, out) => g * (1 + out * out)),
  tanh: one(Math.tanh, (g, x, out) => g * (1 - out * out)),
};

function clamped(x, low, high) {
  return Math.min(Math.max(x, low), high);
}

function larger(x, y) {
  return Math.max(x, y);
}

function smaller(x, y) {
  return Math.min(x, y);
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

function rising(x) {
  const z = Math.exp(x);
  return z / (z + 1);
}

// The share of a normal distribution below x.
function share(x) {
  return 0.5 * (1 + erf(x * SQRT_HALF));
}

// In C any power of 1 is 1; in JavaScript 1 ** NaN and 1 ** Infinity are NaN.
function power(x, y) {
  return x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y;
}

function backToBase(g, x, y) {
  return y === 0 ? 0 : g * y * power(x, y - 1);
}

function backToExponent(g, x, y, out) {
  return x === 0 && y >= 0 ? 0 : g * out * Math.log(x);
}

// Kummer's series, whose terms are all positive: 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return SLOPE_OF_ERF * Math.exp(-x * x) * sum;
}
