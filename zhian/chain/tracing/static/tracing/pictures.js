// The drawing as PNG, SVG or on paper.

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

const NS = "http://www.w3.org/2000/svg";
const shape = (name, facts, text) => {
  const made = document.createElementNS(NS, name);
  Object.entries(facts).forEach(([key, value]) => made.setAttribute(key, value));
  if (text !== undefined) made.textContent = text;
  return made;
};

// Vertices on the unit circle, the first at the top.
const CORNERS = { triangle: 3, diamond: 4, pentagon: 5, hexagon: 6 };

const drawNode = (node) => {
  const { x, y } = node.position();
  const radius = node.data("size") / 2;
  const look = {
    fill: node.data("colour"),
    stroke: node.style("border-color"),
    "stroke-width": node.numericStyle("border-width"),
    opacity: node.numericStyle("opacity"),
  };
  const corners = CORNERS[node.data("shape")];
  if (corners) {
    const points = Array.from({ length: corners }, (_, n) => {
      const angle = (2 * Math.PI * n) / corners - Math.PI / 2;
      return `${(x + radius * Math.cos(angle)).toFixed(1)},${(y + radius * Math.sin(angle)).toFixed(1)}`;
    });
    return shape("polygon", { points: points.join(" "), ...look });
  }
  if (node.data("shape") === "round-rectangle") {
    return shape("rect", { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius, rx: 4, ...look });
  }
  return shape("circle", { cx: x, cy: y, r: radius, ...look });
};

export const asSvg = (cy) => {
  const box = cy.elements().boundingBox();
  const pad = 20;
  const svg = shape("svg", {
    xmlns: NS,
    viewBox: [box.x1 - pad, box.y1 - pad, box.w + 2 * pad, box.h + 2 * pad].map((n) => n.toFixed(1)).join(" "),
    "font-family": "sans-serif",
    "font-size": 11,
  });
  cy.edges().forEach((edge) => {
    const from = edge.source().position();
    const to = edge.target().position();
    const dash = { dashed: "6 4", dotted: "2 3" }[edge.style("line-style")];
    svg.append(
      shape("line", {
        x1: from.x, y1: from.y, x2: to.x, y2: to.y,
        stroke: edge.style("line-color"),
        "stroke-width": edge.data("width"),
        opacity: edge.numericStyle("opacity"),
        ...(dash ? { "stroke-dasharray": dash } : {}),
      }),
    );
  });
  cy.nodes().forEach((node) => {
    svg.append(drawNode(node));
    const { x, y } = node.position();
    svg.append(shape("text", { x: x + node.data("size") / 2 + 4, y: y + 4, fill: "#1b2733", opacity: node.numericStyle("opacity") }, node.data("label")));
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}`;
};

export const watchPictures = (desk, cy) => {
  const lot = desk.data.source.split(".").pop().replace(/[^\w-]+/g, "_");
  document.querySelectorAll("[data-picture]").forEach((button) => {
    button.addEventListener("click", () => {
      const kind = button.dataset.picture;
      if (kind === "print") window.print();
      else if (cy && kind === "png") save(cy.png({ output: "blob", full: true, scale: 2, bg: "#fff" }), `trace-${lot}.png`);
      else if (cy) save(new Blob([asSvg(cy)], { type: "image/svg+xml" }), `trace-${lot}.svg`);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(".trace-menu[open]").forEach((menu) => menu.removeAttribute("open"));
  });
};
