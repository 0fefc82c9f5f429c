// Number -> short text, digit for digit as graphgen/text/digits.py rounds, whose DIGITS and
// LARGEST_WHOLE stand before this.

const EXACT = 60; // decimals that tell a half from what only nearly is one
const HALF = new RegExp(`^\\d\\.\\d{${DIGITS - 1}}50*e`);

export function number(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : signed(value, "inf");
  const size = Math.abs(value);
  const isWhole = 10 ** DIGITS <= size && size < LARGEST_WHOLE - 0.5;
  const told = isWhole ? String(evenly(size)) : significant(size);
  return told === "0" ? told : signed(value, told);
}

function signed(value, told) {
  return value < 0 ? `−${told}` : told;
}

// Halves go to the even neighbour, as in Python; toFixed would take the larger one.
function evenly(size) {
  const down = Math.floor(size);
  const rest = size - down;
  return down + (rest > 0.5 || (rest === 0.5 && down % 2 === 1));
}

function significant(size) {
  const [digits, exponent] = rounded(size);
  if (exponent < -4 || exponent >= DIGITS) {
    return `${trimmed(pointed(digits, 1))}e${signed(exponent, Math.abs(exponent))}`;
  }
  if (exponent >= 0) return trimmed(pointed(digits, exponent + 1));
  return trimmed(`0.${"0".repeat(-exponent - 1)}${digits}`);
}

// DIGITS digits, and the exponent of the first.
function rounded(size) {
  const [mantissa, exponent] = size.toExponential(DIGITS - 1).split("e");
  const digits = mantissa.replace(".", "");
  const isUp = isHalf(size) && Number(digits) % 2 === 1;
  return [isUp ? String(Number(digits) - 1) : digits, Number(exponent)];
}

function isHalf(size) {
  if (Number(size.toExponential(DIGITS)) !== size) return false;
  return HALF.test(size.toExponential(EXACT));
}

function pointed(digits, places) {
  return `${digits.slice(0, places)}.${digits.slice(places)}`;
}

function trimmed(told) {
  return told.replace(/\.?0*$/, "");
}
