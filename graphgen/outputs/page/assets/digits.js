// Number -> short text, digit for digit as graphgen/text/digits.py rounds.

const LARGEST_WHOLE = 1e6;
const LARGEST_CUT = 1e4;
const EXACT = 60; // decimals that tell a half from what only nearly is one

export function number(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : signed(value, "inf");
  const size = Math.abs(value);
  const isWhole = LARGEST_CUT <= size && size < LARGEST_WHOLE - 0.5;
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
  if (exponent < -4 || exponent >= 4) {
    return `${trimmed(pointed(digits, 1))}e${signed(exponent, Math.abs(exponent))}`;
  }
  if (exponent >= 0) return trimmed(pointed(digits, exponent + 1));
  return trimmed(`0.${"0".repeat(-exponent - 1)}${digits}`);
}

// Four digits, and the exponent of the first.
function rounded(size) {
  const [mantissa, exponent] = size.toExponential(3).split("e");
  const digits = mantissa.replace(".", "");
  const isUp = isHalf(size) && Number(digits) % 2 === 1;
  return [isUp ? String(Number(digits) - 1) : digits, Number(exponent)];
}

function isHalf(size) {
  if (Number(size.toExponential(4)) !== size) return false;
  return /^\d\.\d{3}50*e/.test(size.toExponential(EXACT));
}

function pointed(digits, places) {
  return `${digits.slice(0, places)}.${digits.slice(places)}`;
}

function trimmed(told) {
  return told.replace(/\.?0*$/, "");
}
