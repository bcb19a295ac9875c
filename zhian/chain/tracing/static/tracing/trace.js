// The trace page: graph, map and table show one selection. Each part registers with the desk.
import { drawGraph } from "./graph.js";
import { drawMap } from "./map.js";
import { showEvidence, watchTable } from "./table.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

// One formatter per precision: making them is what costs.
const formatters = new Map();
const formatter = (digits) => {
  if (!formatters.has(digits)) {
    formatters.set(digits, new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }));
  }
  return formatters.get(digits);
};

// The selection: a set of site ids, empty when nothing is narrowed.
const desk = (data, words) => {
  const listeners = [];
  const byId = new Map(data.sites.map((site) => [site.id, site]));
  let chosen = new Set();
  return {
    data,
    words,
    byId,
    eventsUrl: document.getElementById("trace-chosen").dataset.eventsUrl,
    chosen: () => chosen,
    onChange: (listener) => listeners.push(listener),
    choose(ids) {
      chosen = new Set([...ids].filter((id) => byId.has(id)));
      document.querySelectorAll("[data-clear]").forEach((button) => {
        button.hidden = chosen.size === 0;
      });
      listeners.forEach((listener) => listener(chosen));
    },
    number: (value, digits = 1) =>
      value === null || value === undefined ? "–" : formatter(digits).format(value),
  };
};

const start = () => {
  const shared = desk(read("trace-data"), read("trace-words"));
  document.querySelectorAll("[data-clear]").forEach((button) => {
    button.addEventListener("click", () => shared.choose([]));
  });
  watchTable(shared);
  showEvidence(shared);
  if (window.cytoscape && shared.data.sites.length) drawGraph(shared);
  if (window.echarts && shared.data.sites.length) drawMap(shared);
  shared.choose([]);
  document.body.dataset.trace = "ready";
};

start();
