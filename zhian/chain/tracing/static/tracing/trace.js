// The trace page: graph, map, time line and table show one selection. Each part joins the desk.
import { watchSearch } from "./finding.js";
import { drawGraph } from "./graph.js";
import { drawMap } from "./map.js";
import { watchPictures } from "./pictures.js";
import { carryAlong, remember, remembered } from "./remembering.js";
import { showEvidence, watchTable } from "./table.js";
import { watchTime } from "./timeline.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

// One formatter per precision: making them is what costs.
const formatters = new Map();
const formatter = (digits) => {
  if (!formatters.has(digits)) {
    formatters.set(digits, new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }));
  }
  return formatters.get(digits);
};

// The day on which each site first had goods of the trace: by what came, or by what it sent.
const firstDays = (data) => {
  const came = new Map();
  const sent = new Map();
  const earlier = (days, id, day) => {
    if (day && (!days.has(id) || day < days.get(id))) days.set(id, day);
  };
  data.links.forEach((link) => {
    earlier(came, link.to, link.days[0]);
    if (link.from !== null) earlier(sent, link.from, link.days[0]);
  });
  return new Map(
    data.sites.map((site) => [site.id, site.tier > 0 ? came.get(site.id) : sent.get(site.id) || came.get(site.id)]),
  );
};

// The selection: a set of site ids, empty when nothing is narrowed; and the day goods moved until.
const desk = (data, words) => {
  const listeners = [];
  const clocks = [];
  const byId = new Map(data.sites.map((site) => [site.id, site]));
  const first = firstDays(data);
  let chosen = new Set();
  let until = "";
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
    until: () => until,
    onTime: (listener) => clocks.push(listener),
    setUntil(day) {
      until = day;
      clocks.forEach((listener) => listener(day));
    },
    first: (id) => first.get(id) || "",
    isLater: (day) => until !== "" && Boolean(day) && day > until,
    reached: () => data.sites.filter((site) => until === "" || !(first.get(site.id) > until)),
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
  const graph = window.cytoscape && shared.data.sites.length ? drawGraph(shared) : null;
  if (window.echarts && shared.data.sites.length) drawMap(shared);
  watchSearch(shared);
  watchPictures(shared, graph);
  watchTime(shared);
  carryAlong();
  shared.choose([]);
  const site = remembered("site");
  if (site && shared.byId.has(site)) shared.choose([site]);
  shared.onChange((chosen) => remember("site", chosen.size === 1 ? [...chosen][0] : ""));
  document.body.dataset.trace = "ready";
};

start();
