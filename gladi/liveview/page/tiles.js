// The 38 provinces as tiles, and the kecamatan of the region below: filled from the bottom, with the number beside.
import { mark, number, percent, say } from "/words.js";

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

export function layTiles(provinces, areas, facts) {
  for (const one of facts.provinces) {
    const tile = element("div", one.tps ? "tile in" : "tile");
    tile.id = `province-${one.code}`;
    tile.title = one.name;
    tile.style.gridColumn = one.column + 1;
    tile.style.gridRow = one.row + 1;
    tile.append(element("i"), element("span", "", one.letters));
    if (one.tps) tile.append(element("span", "share", "0"));
    provinces.append(tile);
  }
  for (const one of facts.areas) {
    const item = element("li");
    item.id = `area-${one.code}`;
    item.append(element("b", "", one.name), element("span", "share"), element("i"));
    areas.append(item);
  }
}

export function fillTiles(facts, state) {
  const whole = {};
  for (const [code, [, complete]] of Object.entries(state.areas)) {
    whole[code.slice(0, 2)] = (whole[code.slice(0, 2)] || 0) + complete;
  }
  const told = [];
  for (const one of facts.provinces.filter((province) => province.tps)) {
    const complete = whole[one.code] || 0, tile = document.getElementById(`province-${one.code}`);
    tile.querySelector("i").style.height = `${(100 * complete) / one.tps}%`;
    tile.querySelector(".share").textContent = `${Math.floor((100 * complete) / one.tps)}`;
    told.push(say("province_alt", { name: one.name, complete: number(complete), all: number(one.tps), share: percent(complete, one.tps) }));
  }
  document.getElementById("provinces").setAttribute("aria-label", told.join(" "));
  const inForce = state.faults.filter((one) => ["struck", "healing", "failed"].includes(one.state) && one.struck_s !== null);
  for (const one of facts.areas) {
    const complete = (state.areas[one.code] || [0, 0])[1], item = document.getElementById(`area-${one.code}`);
    const hits = inForce.filter((fault) => fault.target.some((name) => name === one.code || name.startsWith(`${one.code}-`)));
    item.className = hits.length ? "struck" : "";
    item.querySelector(".share").textContent = `${number(complete)} / ${number(one.tps)} · ${percent(complete, one.tps)}`
      + (hits.length ? ` · ⚡ ${hits.map(mark).join(", ")} ${facts.words.hit}` : "");
    item.querySelector("i").style.width = `${(100 * complete) / one.tps}%`;
  }
}
