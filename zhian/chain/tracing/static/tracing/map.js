// Where the goods are: one bubble per region, province to township, with buttons that do the same.

const DIGITS = [2, 4, 6, 9];

const sum = (sites, value) => sites.reduce((total, site) => total + (value(site) || 0), 0);

const middle = (points) =>
  points.length ? [0, 1].map((axis) => points.reduce((total, point) => total + point[axis], 0) / points.length) : null;

const bubblesOf = (desk, code) => {
  const digits = DIGITS.find((one) => one > code.length) || 9;
  const groups = new Map();
  desk.reached().forEach((site) => {
    if (!site.region.startsWith(code) || !site.region) return;
    const key = site.region.slice(0, digits);
    groups.set(key, [...(groups.get(key) || []), site]);
  });
  return [...groups.entries()].map(([key, sites]) => ({
    code: key,
    name: desk.data.regions[key]?.name || key,
    sites,
    kg: sum(sites, (site) => site.sourceKg),
    gaps: sites.filter((site) => site.gaps.length).length,
    at: middle(sites.map((site) => site.place).filter(Boolean)) || desk.data.regions[key]?.place || null,
  }));
};

// Down to the first level that has something to compare.
const firstLevel = (desk) => {
  let code = "";
  for (;;) {
    const bubbles = bubblesOf(desk, code);
    if (bubbles.length !== 1 || code.length >= 6) return code;
    code = bubbles[0].code;
  }
};

const option = (desk, bubbles, hasMap) => {
  const most = Math.max(1, ...bubbles.map((bubble) => bubble.kg));
  const rows = Math.ceil(Math.sqrt(bubbles.length));
  const placed = bubbles.filter((bubble) => bubble.at);
  const onMap = hasMap && placed.length === bubbles.length;
  const xs = placed.map((bubble) => bubble.at[0]);
  const ys = placed.map((bubble) => bubble.at[1]);
  const pad = Math.max(0.05, (Math.max(...xs) - Math.min(...xs)) * 0.25, (Math.max(...ys) - Math.min(...ys)) * 0.25);
  const data = bubbles.map((bubble, index) => ({
    name: bubble.name,
    code: bubble.code,
    value: [...(onMap ? bubble.at : [index % rows, Math.floor(index / rows)]), bubble.kg, bubble.sites.length, bubble.gaps],
    symbolSize: 14 + 44 * Math.sqrt(bubble.kg / most),
    itemStyle: { color: bubble.gaps ? "#d55e00" : "#0072b2", opacity: 0.8, borderColor: "#fff" },
  }));
  const hidden = { show: false, min: -1, max: rows };
  return {
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      renderMode: "richText",
      confine: true,
      formatter: ({ data: one }) =>
        `${one.name}\n${one.value[3]} ${desk.words.sites}\n${desk.number(one.value[2])} ${desk.words.kg} ${desk.words.ofSource}\n${desk.words.gap}: ${one.value[4]}`,
    },
    ...(onMap
      ? {
          geo: {
            map: "china-cities",
            roam: true,
            silent: true,
            boundingCoords: [
              [Math.min(...xs) - pad, Math.max(...ys) + pad],
              [Math.max(...xs) + pad, Math.min(...ys) - pad],
            ],
            itemStyle: { areaColor: "#eef2f5", borderColor: "#b9c4cf" },
          },
        }
      : { xAxis: hidden, yAxis: { ...hidden, inverse: true }, grid: { left: 10, right: 10, top: 10, bottom: 10 } }),
    series: [
      {
        type: "scatter",
        coordinateSystem: onMap ? "geo" : "cartesian2d",
        data,
        encode: { tooltip: 2 },
        label: { show: true, formatter: "{b}", position: "bottom", color: "#1b2733", fontSize: 11 },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
};

const button = (text, onClick) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
};

export const drawMap = async (desk) => {
  const place = document.getElementById("trace-map");
  if (!place) return;
  const crumbs = document.getElementById("trace-crumbs");
  const regions = document.getElementById("trace-regions");
  const chart = window.echarts.init(place, null, { renderer: "canvas" });
  let hasMap = false;
  let shown = "";

  const go = (code, choose) => {
    shown = code;
    const bubbles = bubblesOf(desk, code);
    chart.setOption(option(desk, bubbles, hasMap), true);
    const path = ["", ...DIGITS.filter((one) => one <= code.length).map((one) => code.slice(0, one))];
    crumbs.replaceChildren(
      ...path.map((one) => button(one ? desk.data.regions[one]?.name || one : desk.words.country, () => go(one, true))),
    );
    regions.replaceChildren(
      ...bubbles
        .sort((a, b) => b.sites.length - a.sites.length)
        .map((one) => button(`${one.name} · ${one.sites.length}`, () => pick(one.code))),
    );
    if (choose) desk.choose(code ? bubbles.flatMap((one) => one.sites.map((site) => site.id)) : []);
  };
  const pick = (code) => {
    if (code.length < 9) {
      go(code, true);
      return;
    }
    desk.choose(desk.data.sites.filter((site) => site.region === code).map((site) => site.id));
  };
  chart.on("click", (point) => pick(point.data.code));
  new ResizeObserver(() => chart.resize()).observe(place);
  const begin = firstLevel(desk);
  desk.onTime(() => go(shown, false));
  go(begin, false);
  const answer = await fetch(place.dataset.mapUrl);
  if (!answer.ok) return;
  window.echarts.registerMap("china-cities", await answer.json());
  hasMap = true;
  go(begin, false);
};
