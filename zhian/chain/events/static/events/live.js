// The events of a kept query as they arrive: a plain list, paused at will, connected again when lost.
const MOST_SHOWN = 200;
const MOST_KEYS = 3;
const LONGEST_WAIT = 30; // seconds between two tries
const OVERLAP = 60_000; // milliseconds asked for again, for what was stored out of turn

const data = JSON.parse(document.getElementById("live-data").textContent);
const { words } = data;
const state = document.getElementById("live-state");
const list = document.getElementById("live-list");
const button = document.getElementById("live-pause");

const seen = new Set();
const waiting = [];
let since = data.since;
let paused = false;
let open = false;
let failures = 0;

const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));

const say = (text, colour) => {
  state.textContent = text;
  state.className = `alert alert-${colour}`;
};

const sayHow = () => {
  if (!open) return;
  if (paused) say(fill(words.paused, { count: waiting.length }), "warning");
  else say(words.open, "success");
};

const keysOf = (event) => {
  const lists = ["epcList", "inputEPCList", "outputEPCList", "childEPCs"];
  const counted = ["quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList"];
  const keys = event.parentID ? [event.parentID] : [];
  for (const name of lists) keys.push(...(event[name] ?? []));
  for (const name of counted) keys.push(...(event[name] ?? []).map((one) => one.epcClass));
  return keys;
};

const lineOf = (event) => {
  const keys = keysOf(event);
  const shown = keys.slice(0, MOST_KEYS).join(", ");
  const left = keys.length - MOST_KEYS;
  const step = (event.bizStep ?? "").replace(/^.*(?::|BizStep-)/, "");
  return [
    // the Swedish form is the ISO one: 2026-11-26 17:00:00
    new Date(event.eventTime).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }),
    words.types[event.type] ?? event.type,
    words.steps[step] ?? step,
    left > 0 ? `${shown} ${fill(words.more, { count: left })}` : shown,
  ].filter(Boolean).join(" · ");
};

const show = (event) => {
  const item = document.createElement("li");
  item.className = "mb-2 text-break";
  const text = lineOf(event);
  if (event.eventID) {
    const link = document.createElement("a");
    link.href = `${data.events}?q=${encodeURIComponent(event.eventID)}`;
    link.textContent = text;
    item.append(link);
  } else {
    item.textContent = text;
  }
  list.prepend(item);
  while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
};

const take = (message) => {
  const found = JSON.parse(message.data).epcisBody.queryResults.resultsBody.eventList ?? [];
  for (const event of found) {
    // after a lost connection the last events are told once more
    const key = event.eventID ?? JSON.stringify(event);
    if (seen.has(key)) continue;
    seen.add(key);
    if (event.recordTime) since = new Date(Date.parse(event.recordTime) - OVERLAP).toISOString();
    if (paused) waiting.push(event);
    else show(event);
  }
  sayHow();
};

const later = () => {
  open = false;
  failures += 1;
  let seconds = Math.min(2 ** failures, LONGEST_WAIT);
  const timer = window.setInterval(() => {
    if (seconds <= 0) {
      window.clearInterval(timer);
      connect();
      return;
    }
    say(fill(words.lost, { seconds }), "danger");
    seconds -= 1;
  }, 1000);
};

const connect = async () => {
  say(words.connecting, "info");
  let answer;
  try {
    answer = await fetch(`${data.socket}?since=${encodeURIComponent(since)}`, { redirect: "manual" });
  } catch {
    later();
    return;
  }
  // the query was dropped, or nobody is signed in any more
  if (answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 403) {
    say(words.gone, "danger");
    return;
  }
  if (!answer.ok) {
    later();
    return;
  }
  const { address } = await answer.json();
  const stream = new WebSocket(address);
  stream.addEventListener("open", () => {
    open = true;
    failures = 0;
    button.hidden = false;
    sayHow();
  });
  stream.addEventListener("message", take);
  stream.addEventListener("close", later);
};

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? words.resume : words.pause;
  button.setAttribute("aria-pressed", String(paused));
  if (!paused) waiting.splice(0).forEach(show);
  sayHow();
});

connect();
