// The same in words and numbers: kinds of operations, the chart as a table, the list of faults.
import { rates } from "/chart.js";
import { duration, mark, number, storyClock } from "/words.js";

const SHOWN_ROWS = 12;

function fill(table, head, rows) {
  const line = (cells, name) => {
    const row = document.createElement("tr");
    cells.forEach((text, index) => {
      const cell = document.createElement(name === "th" || index === 0 ? "th" : "td");
      cell.scope = name === "th" ? "col" : "row";
      cell.textContent = text;
      row.append(cell);
    });
    return row;
  };
  const top = document.createElement("thead"), body = document.createElement("tbody");
  top.append(line(head, "th"));
  body.append(...rows.map((row) => line(row, "td")));
  table.replaceChildren(top, body);
}

export function kindsTable(table, facts, state) {
  const words = facts.words;
  const head = [words.kind, "p50", "p95", "p99", words.answers, words.began, words.ok, words.refused, words.right, words.unknown];
  fill(table, head, Object.keys(facts.kinds).filter((kind) => state.kinds[kind]).map((kind) => {
    const one = state.kinds[kind];
    return [facts.kinds[kind], duration(one.p50), duration(one.p95), duration(one.p99), number(one.answers),
      number(one.began), number(one.ok), number(one.fail - one.right), number(one.right), number(one.unknown)];
  }));
}

export function chartTable(table, facts, state) {
  const words = facts.words, all = rates(state), every = Math.max(1, Math.ceil(all.length / SHOWN_ROWS));
  const rows = all.filter((_, index) => index % every === every - 1 || index === all.length - 1);
  fill(table, [words.story, words.second, words.due, words.began, words.good, words.failed, "TPS"], rows.map((row) => [
    storyClock(row.t_s), number(row.t_s), number(row.due, 1), number(row.began, 1), number(row.good, 1),
    number(row.failed, 1), number(row.complete),
  ]));
}

const NAMES = { failed: "fault_failed", healing: "fault_healing" };
const SIGNS = { planned: "○", struck: "⚡", healing: "…", healed: "✓", failed: "✗", skipped: "–" };

export function faultList(list, facts, state) {
  const words = facts.words;
  const areas = Object.fromEntries(facts.areas.map((one) => [one.code, one.name]));
  const items = state.faults.map((fault) => {
    const item = document.createElement("li"), strong = document.createElement("strong");
    item.className = fault.state;
    item.dataset.id = fault.id;
    strong.textContent = `${SIGNS[fault.state]} ${mark(fault)} · ${facts.fault_names[fault.name]}`;
    const from = fault.struck_s === null ? fault.strike_s : fault.struck_s;
    const until = fault.healed_s !== null ? ` – ${storyClock(fault.healed_s)}` : "";
    const when = fault.when && fault.struck_s === null ? ` · ${words.waits}: ${fault.when}` : ` · ${storyClock(from)}${until}`;
    const target = fault.target.map((name) => areas[name] || name).join(", ");
    item.append(strong, ` · ${target} · ${words[NAMES[fault.state] || fault.state]}${when}${fault.why ? ` · ${fault.why}` : ""}`);
    return item;
  });
  if (!items.length) {
    const none = document.createElement("li");
    none.textContent = words.no_faults;
    items.push(none);
  }
  list.replaceChildren(...items);
}
