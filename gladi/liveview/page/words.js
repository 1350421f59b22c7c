// What the page says and how it writes numbers and moments; the words come with the page.
export const facts = JSON.parse(document.getElementById("facts").textContent);
const words = facts.words;
export const locale = facts.lang === "en" ? "en-GB" : "id-ID";

export const say = (name, values = {}) =>
  words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
export const number = (value, digits = 0) => new Intl.NumberFormat(locale,
  { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
export const percent = (part, whole) => {
  if (!whole) return "–";
  const share = Math.floor((1000 * part) / whole) / 10;  // never rounded up: 99.96 % is not all
  return `${number(share, share === 0 || share === 100 ? 0 : 1)}\u00a0%`;
};
export const duration = (ms) => ms === null || ms === undefined ? "–"
  : ms < 1000 ? `${number(ms)}\u00a0${words.ms}` : `${number(ms / 1000, 1)}\u00a0${words.s}`;
// A fault in a few letters: "02" of "02-area_dark".
export const mark = (fault) => fault.id.replace(`-${fault.name}`, "");
export const storyClock = (t_s) => {
  const inside = Math.min(Math.max(t_s, 0), facts.duration_s);
  const phase = facts.phases.filter((one) => one.start_s <= inside).pop();
  const moment = new Date(Date.parse(`${phase.local}Z`) + (inside - phase.start_s) * phase.compression * 1000);
  return new Intl.DateTimeFormat(locale,
    { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" }).format(moment);
};
