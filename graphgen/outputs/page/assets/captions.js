// A text with marks -> the text with numbers, by the rules of graphgen/text/slots.py. The words are the
// story's; here only signs, brackets and exponents depend on how a number turns out.

const MARK = /\ue010([(+^~]?)(\w+)\ue011/g;
const EQUATION = /\ue012([^\ue014]*)\ue014/g;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const STYLES = {
  "": (told) => told,
  "(": inBrackets,
  "+": (told) => (told.startsWith("−") ? ` − ${told.slice(1)}` : ` + ${told}`),
  "^": asExponent,
  "~": (told) => (told.startsWith("−") ? "" : "+"),
};

export function filled(text, numberAt) {
  if (!text.includes("\ue010")) return text;
  const told = text.replace(MARK, (_, style, key) => STYLES[style](numberAt(key)));
  return told.replace(EQUATION, (_, chain) => chained(chain.split("\ue013")));
}

// A template with named places -> the sentence, as `say` of graphgen/text/catalogue.py puts it.
export function said(template, places) {
  return template.replace(/\{(\w+)\}/g, (_, name) => places[name]);
}

function inBrackets(told) {
  return told.startsWith("−") ? `(${told})` : told;
}

function asExponent(told) {
  if (told === "1") return "";
  if (!/^\d+$/.test(told)) return ` ^ ${inBrackets(told)}`;
  return told.replace(/\d/g, (digit) => SUPERSCRIPTS[digit]);
}

function chained(parts) {
  return parts.filter((part, at) => part && part !== parts[at - 1]).join(" = ");
}
