// The flow of the goods, left to right by tier.
import { arrange } from "./grouping.js";
import { lenses } from "./lenses.js";
import { rememberedChoice } from "./remembering.js";

const COLUMN = 240;
const WIDER = 2.2; // the drawing is at least so much wider than high, like its frame
const LINE = 40;
const ROWS = 60; // nodes of one tier under each other
const CROWD = 400; // places beyond which lines are straight, and a picture is moved instead of them
const SHAPES = {
  FARM: "triangle",
  DAIRY: "hexagon",
  PRODUCER: "hexagon",
  MIXER: "hexagon",
  WORKSHOP: "pentagon",
  WHOLESALER: "diamond",
};

const FONT = getComputedStyle(document.body).fontFamily;

const STYLE = [
  {
    selector: "node",
    style: {
      label: "data(label)",
      shape: "data(shape)",
      "background-color": "data(colour)",
      "border-width": 2,
      "border-color": "#52606d",
      width: "data(size)",
      height: "data(size)",
      "font-size": 11,
      color: "#1b2733",
      "font-family": FONT,
      "text-halign": "right",
      "text-valign": "center",
      "text-margin-x": 4,
      "text-wrap": "ellipsis",
      "text-max-width": "180px",
      "min-zoomed-font-size": 7,
    },
  },
  { selector: "node.group", style: { "border-style": "double", "border-width": 5 } },
  { selector: "node.source", style: { "border-color": "#12406f", "border-width": 5 } },
  { selector: "node.gap", style: { "border-color": "#a3191d", "border-style": "dashed" } },
  { selector: "node.ghost", style: { "background-opacity": 0, "border-style": "dashed", "border-color": "#a3191d" } },
  {
    selector: "edge",
    style: {
      width: "data(width)",
      "line-color": "#8796a5",
      "target-arrow-color": "#8796a5",
      "target-arrow-shape": "triangle",
      "curve-style": "bezier",
      opacity: 0.75,
    },
  },
  {
    selector: "edge.broken",
    style: {
      "line-style": "dashed",
      "line-color": "#a3191d",
      "target-arrow-color": "#a3191d",
      label: "?",
      "font-size": 16,
      "font-weight": "bold",
      color: "#a3191d",
      "text-background-color": "#fff",
      "text-background-opacity": 1,
    },
  },
  {
    selector: "edge.returned",
    style: { "line-style": "dotted", "line-color": "#7b3fa0", "target-arrow-color": "#7b3fa0", "curve-style": "unbundled-bezier" },
  },
  { selector: "edge.straight", style: { "curve-style": "straight" } },
  { selector: ".later", style: { opacity: 0.06, "text-opacity": 0, events: "no" } },
  { selector: ".faded", style: { opacity: 0.12, "text-opacity": 0.15 } },
  { selector: "node.picked", style: { "border-color": "#f0a500", "border-width": 6 } },
];

const nodeElement = (desk, lens, node) => {
  const site = node.site;
  const members = node.members;
  const biggest = members.reduce((best, one) => ((one.sourceKg || 0) > (best.sourceKg || 0) ? one : best));
  const gap = members.some((one) => one.gaps.length);
  const region = desk.data.regions[members[0].region]?.name || "";
  const called = node.name || region;
  const label = site ? site.name : node.open ? `− ${called}` : `${called} · ${members.length} ${desk.words.sites}`;
  const days = members.map((one) => desk.first(one.id)).filter(Boolean).sort();
  return {
    group: "nodes",
    classes: [site ? "" : "group", gap ? "gap" : "", site && site.tier === 0 ? "source" : ""].join(" "),
    data: {
      id: node.id,
      label: gap && site ? `${label} ?` : label,
      shape: site ? SHAPES[site.kind] || "ellipse" : "round-rectangle",
      size: site ? 26 : Math.min(36, 28 + Math.sqrt(members.length)),
      colour: lens.colour(biggest),
      members: members.map((one) => one.id),
      tier: node.tier,
      first: days[0] || "",
    },
  };
};

const edgeElements = (desk, standsFor) => {
  const joined = new Map();
  const ghosts = new Map();
  desk.data.links.forEach((link) => {
    const target = standsFor.get(link.to);
    let source = link.from === null ? null : standsFor.get(link.from);
    if (!target) return;
    if (!source) {
      source = `ghost:${target}`;
      ghosts.set(source, { target, tier: desk.byId.get(link.to).tier - 1 });
    }
    if (source === target) return;
    const kind = `${link.broken ? "broken" : ""} ${link.returned ? "returned" : ""}`.trim();
    const key = `${source}>${target}>${kind}`;
    const known = joined.get(key) || { source, target, kind, kg: 0, first: link.days[0] || "" };
    known.kg += link.kg || 0;
    if (link.days[0] < known.first) known.first = link.days[0];
    joined.set(key, known);
  });
  const most = Math.max(1, ...[...joined.values()].map((edge) => edge.kg));
  const straight = joined.size > CROWD ? " straight" : "";
  const edges = [...joined.entries()].map(([key, edge]) => ({
    group: "edges",
    classes: edge.kind + straight,
    data: { id: key, source: edge.source, target: edge.target, first: edge.first, width: 1.5 + 9 * Math.sqrt(edge.kg / most) },
  }));
  return { edges, ghosts };
};

const ghostElements = (desk, lens, ghosts) =>
  [...ghosts.entries()].map(([id, ghost]) => ({
    group: "nodes",
    classes: "ghost",
    data: { id, label: `? ${desk.words.unknownOrigin}`, shape: "ellipse", size: 20, colour: "#fff", members: [], tier: ghost.tier },
  }));

// Columns by tier; within a column by the mean height of what feeds the node, so lines cross less.
const place = (elements) => {
  const nodes = elements.filter((one) => one.group === "nodes");
  const feeds = new Map();
  elements.filter((one) => one.group === "edges").forEach((edge) => {
    if (!feeds.has(edge.data.target)) feeds.set(edge.data.target, []);
    feeds.get(edge.data.target).push(edge.data.source);
  });
  const tiers = [...new Set(nodes.map((node) => node.data.tier))].sort((a, b) => a - b);
  const height = new Map();
  const tallest = Math.max(...tiers.map((tier) => nodes.filter((node) => node.data.tier === tier).length));
  const tall = Math.min(tallest, ROWS) * LINE;
  const width = Math.max(COLUMN, (tall * WIDER) / Math.max(1, tiers.length));
  tiers.forEach((tier, column) => {
    const here = nodes.filter((node) => node.data.tier === tier);
    const wish = (node) => {
      const above = (feeds.get(node.data.id) || []).map((id) => height.get(id)).filter((y) => y !== undefined);
      return above.length ? above.reduce((a, b) => a + b, 0) / above.length : 0;
    };
    const ordered = here.map((node) => [wish(node), node]).sort((a, b) => a[0] - b[0] || (a[1].data.id < b[1].data.id ? -1 : 1));
    const rows = Math.min(ordered.length, ROWS);
    ordered.forEach(([, node], index) => {
      const side = Math.floor(index / rows);
      node.position = { x: column * width + side * 200, y: ((index % rows) - (rows - 1) / 2) * LINE };
      height.set(node.data.id, node.position.y);
    });
  });
};

const showLegend = (lens) => {
  const legend = document.getElementById("trace-legend");
  legend.replaceChildren(
    ...lens.legend.map(([swatch, word]) => {
      const line = document.createElement("span");
      const key = document.createElement("span");
      key.className = `key ${swatch}`;
      line.append(key, word);
      return line;
    }),
  );
};

const focus = (cy, chosen) => {
  cy.batch(() => {
    cy.elements().removeClass("faded picked");
    if (chosen.size === 0) return;
    const picked = cy.nodes().filter((node) => node.data("members").some((id) => chosen.has(id)));
    const context = picked.union(picked.predecessors()).union(picked.successors());
    cy.elements().difference(context).addClass("faded");
    picked.addClass("picked");
  });
};

// What had not moved yet on the day of the slider is barely there.
const flow = (cy, desk) => {
  cy.batch(() => {
    cy.elements().forEach((one) => {
      const later = desk.isLater(one.data("first"));
      if (one.hasClass("later") !== later) one.toggleClass("later", later);
    });
  });
};

export const drawGraph = (desk) => {
  const opened = new Set();
  const all = lenses(desk);
  const choice = rememberedChoice("trace-lens", () => draw(false));
  const grouped = rememberedChoice("trace-group", () => {
    opened.clear();
    draw(true);
  });
  const cy = window.cytoscape({
    container: document.getElementById("trace-graph"),
    style: STYLE,
    minZoom: 0.1,
    maxZoom: 3,
    boxSelectionEnabled: false,
    textureOnViewport: desk.data.sites.length > CROWD,
    hideEdgesOnViewport: desk.data.sites.length > CROWD,
  });
  const known = (key) => desk.data.sites.some((site) => site[key] !== null && site[key] !== undefined);
  if (!known("share") && choice.value === "share") choice.value = known("posterior") ? "posterior" : "gaps";
  const draw = (fit) => {
    const lens = all[choice.value] || all.share;
    const { nodes, standsFor } = arrange(desk, opened, grouped.value);
    const { edges, ghosts } = edgeElements(desk, standsFor);
    const elements = [...nodes.map((node) => nodeElement(desk, lens, node)), ...ghostElements(desk, lens, ghosts), ...edges];
    place(elements);
    cy.startBatch();
    cy.elements().remove();
    cy.add(elements);
    cy.endBatch();
    showLegend(lens);
    focus(cy, desk.chosen());
    flow(cy, desk);
    if (fit) cy.fit(undefined, 30);
  };
  cy.on("tap", "node", (event) => {
    const node = event.target;
    if (node.hasClass("group")) {
      const id = node.id();
      if (opened.has(id)) opened.delete(id);
      else opened.add(id);
      draw(false);
      desk.choose(opened.has(id) ? node.data("members") : []);
      return;
    }
    if (!node.hasClass("ghost")) desk.choose(node.data("members"));
  });
  cy.on("tap", (event) => {
    if (event.target === cy) desk.choose([]);
  });
  document.getElementById("trace-fit").addEventListener("click", () => cy.fit(undefined, 30));
  document.getElementById("trace-collapse").addEventListener("click", () => {
    opened.clear();
    draw(true);
  });
  desk.onChange((chosen) => focus(cy, chosen));
  desk.onTime(() => flow(cy, desk));
  new ResizeObserver(() => cy.resize()).observe(cy.container());
  draw(true);
  return cy;
};
