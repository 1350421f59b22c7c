// The live page: takes in the state once a second and shows it. All words come with the page (facts.words).
import { drawChart } from "/chart.js";
import { layTiles, fillTiles } from "/tiles.js";
import { kindsTable, chartTable, faultList } from "/tables.js";
import { duration, facts, locale, mark, number, percent, say, storyClock } from "/words.js";

const $ = (id) => document.getElementById(id);
const words = facts.words;
const put = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };
const banner = (id, text) => { $(id).hidden = !text; put(id, text || ""); };
let last = null;

function announce(state) {
  const news = [];
  if (last && last.phase !== state.phase) {
    news.push(say("says_phase", { phase: facts.phases.find((one) => one.id === state.phase).title }));
  }
  for (const fault of state.faults) {
    const before = last && last.faults.find((one) => one.id === fault.id);
    if (before && before.state !== fault.state && (fault.state === "struck" || fault.state === "healed")) {
      news.push(say(`says_${fault.state}`, { id: mark(fault), name: facts.fault_names[fault.name] }));
    }
  }
  if (last && last.late.trusted !== false && state.late.trusted === false) {
    news.push(say("late", { p99: duration(state.late.p99) }));
  }
  if (state.verdict && !(last && last.verdict)) news.push(words[`verdict_${state.verdict.verdict}`]);
  if (news.length) put("news", news.join(" "));
}

function cards(state) {
  put("complete", percent(state.complete_tps, state.tps));
  put("complete-more", `${number(state.complete_tps)} ${words.of} ${number(state.tps)} TPS`);
  put("began", number(state.rates.began, 1));
  put("began-more", `${words.due.split(" (")[0]}: ${number(state.rates.due, 1)}`);
  put("good", number(state.rates.good, 1));
  put("refused", number(state.refused));
  put("refused-more", `${words.of} ${number(state.operations)}`);
  put("unknown", number(state.unknown));
  put("flight", number(state.in_flight));
  put("lateness", duration(state.late.p99));
  const trusted = state.late.trusted;
  put("lateness-more", words[trusted === null ? "idle" : trusted ? "on_time" : "not_on_time"]);
  $("lateness-more").className = trusted === null ? "faint" : trusted ? "yes" : "no";
  const lost = Object.keys(state.lost).length;
  put("workers", `${number(state.workers - lost)} / ${number(state.workers)}`);
  const alive = lost ? say("lost", { count: lost }) : words.all_alive;
  const hands = Object.entries(state.uses).map(([who, use]) => [Math.max(use.cpu, use.own_cores), who]);
  const [full, who] = hands.reduce((most, one) => (one[0] > most[0] ? one : most), [-1, ""]);
  put("workers-more", who ? `${alive} · ${say("busiest", { who, share: percent(full, 1) })}` : alive);
  banner("late", trusted === false && state.stage === "playing" ? say("late", { p99: duration(state.late.p99) }) : "");
  banner("dead", lost ? say("dead", { list: Object.entries(state.lost).map(([who, why]) => `${who} (${why})`).join(", ") }) : "");
}

function verdict(state) {
  if (!state.verdict) return;
  const { verdict: word, report, problem } = state.verdict;
  $("verdict").hidden = false;
  $("verdict").className = `banner verdict ${word}`;
  put("verdict-word", words[`verdict_${word}`]);
  put("verdict-where", [report && say("report", { path: report }), problem].filter(Boolean).join(" · "));
}

function show(state) {
  announce(state);
  const t_s = state.t_s === null ? 0 : Math.min(Math.max(state.t_s, 0), facts.duration_s);
  put("clock", storyClock(t_s));
  put("phase", facts.phases.find((one) => one.id === state.phase).title);
  put("stage", words[state.stage]);
  put("elapsed", say("elapsed", { now: number(t_s), all: number(facts.duration_s) }));
  $("progress").value = t_s / facts.duration_s;
  cards(state);
  drawChart($("chart"), $("legend"), facts, state, $("chart-words"));
  chartTable($("chart-table"), facts, state);
  fillTiles(facts, state);
  kindsTable($("kinds"), facts, state);
  faultList($("faults"), facts, state);
  verdict(state);
  last = state;
}

function listen() {
  const source = new EventSource("/events");
  let over = false;
  source.onmessage = (event) => { banner("gone", ""); show(JSON.parse(event.data)); };
  source.addEventListener("over", () => { over = true; source.close(); banner("gone", words.closed); $("gone").className = "banner"; put("news", words.closed); });
  source.onerror = () => {
    if (over || !$("gone").hidden) return;
    const text = say("gone", { at: new Date().toLocaleTimeString(locale) });
    banner("gone", text);
    put("news", text);
  };
}

layTiles($("provinces"), $("areas"), facts);
show(JSON.parse($("state").textContent));
listen();
addEventListener("resize", () => drawChart($("chart"), $("legend"), facts, last, $("chart-words")));
