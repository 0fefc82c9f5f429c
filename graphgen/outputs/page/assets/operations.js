// What the formulas of operations call, and the table of the formulas. Its rows are those of
// graphgen/ops.py, which are put in when the modules are joined: row(value, what goes back).

export const OPERATIONS = {};
const row = (value, back) => ({ value, back }); // of the operands; of `g` from above, and of them

const SQRT_HALF = Math.SQRT1_2;
const DENSITY = 1 / Math.sqrt(2 * Math.PI);
const SLOPE_OF_ERF = 2 / Math.sqrt(Math.PI);
const LEAK = 0.01;
const STEEP = 20; // from here on torch takes softplus for the identity

function clamped(x, low, high) {
  return Math.min(Math.max(x, low), high);
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
