// What the colours mean. Every lens: swatches for the legend, and the colour of one site.

const RAMP = ["#f1f4f7", "#cfe3f3", "#86bde0", "#2f86c1", "#0b4775"];
const STATES = { ok: "#b9dcc6", warn: "#f5cf7a", bad: "#e07a7a", none: "#d5dce3" };
// Okabe and Ito's palette: told apart by people who see fewer colours
const PLACES = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"];

const step = (value, limits) => limits.filter((limit) => value > limit).length;

const offices = (desk) => {
  const count = new Map();
  desk.data.sites.forEach((site) => {
    if (site.office) count.set(site.office, (count.get(site.office) || 0) + 1);
  });
  const names = [...count.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const shown = names.slice(0, PLACES.length);
  const legend = shown.map((name, index) => [`place-${index}`, name]);
  if (names.length > shown.length) legend.push(["swatch-none", desk.words.otherOffices]);
  if (desk.data.sites.some((site) => !site.office)) legend.push(["swatch-bad", desk.words.noOffice]);
  return {
    legend,
    colour: (site) => (site.office ? PLACES[shown.indexOf(site.office)] || STATES.none : STATES.bad),
  };
};

const ramped = (desk, key, limits, words) => ({
  legend: desk.data.sites.some((site) => site[key] !== null && site[key] !== undefined)
    ? words.map((word, index) => [`swatch-${index}`, word])
    : [["swatch-none", desk.words.noScore]],
  colour: (site) => (site[key] === null || site[key] === undefined ? STATES.none : RAMP[step(site[key], limits)]),
});

export const lenses = (desk) => {
  const most = Math.max(1, ...desk.data.sites.map((site) => site.onHandKg));
  const masses = [0, most * 0.01, most * 0.1, most * 0.5];
  const heaps = ["≤ 0", ...[0.01, 0.1, 0.5, 1].map((part) => `≤ ${desk.number(most * part, 0)} ${desk.words.kg}`)];
  return {
    share: ramped(desk, "share", [0, 0.01, 0.1, 0.5], ["0 %", "≤ 1 %", "≤ 10 %", "≤ 50 %", "> 50 %"]),
    onHand: ramped(desk, "onHandKg", masses, heaps),
    gaps: {
      legend: [["swatch-ok", desk.words.noGap], ["swatch-bad", desk.words.gap]],
      colour: (site) => (site.gaps.length ? STATES.bad : STATES.ok),
    },
    licence: {
      legend: [
        ["swatch-ok", desk.words.licence.COMPLETE],
        ["swatch-warn", desk.words.licence.INCOMPLETE],
        ["swatch-bad", desk.words.licence.NONE],
        ["swatch-none", desk.words.licence.UNKNOWN],
      ],
      colour: (site) =>
        ({ COMPLETE: STATES.ok, INCOMPLETE: STATES.warn, NONE: STATES.bad })[site.licence] || STATES.none,
    },
    office: offices(desk),
    score: ramped(desk, "score", [0, 0.25, 0.5, 0.75], ["≤ 0", "≤ ¼", "≤ ½", "≤ ¾", "≤ 1"]),
    posterior: ramped(desk, "posterior", [0.001, 0.01, 0.1, 0.5], ["≤ 0.1 %", "≤ 1 %", "≤ 10 %", "≤ 50 %", "> 50 %"]),
  };
};
