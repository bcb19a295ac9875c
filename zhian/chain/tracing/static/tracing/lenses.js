// What the colours mean. Every lens: swatches for the legend, and the colour of one site.

const RAMP = ["#f1f4f7", "#cfe3f3", "#86bde0", "#2f86c1", "#0b4775"];
const STATES = { ok: "#b9dcc6", warn: "#f5cf7a", bad: "#e07a7a", none: "#d5dce3" };

const step = (value, limits) => limits.filter((limit) => value > limit).length;

export const lenses = (desk) => {
  const most = Math.max(1, ...desk.data.sites.map((site) => site.onHandKg));
  const shares = [0, 0.01, 0.1, 0.5];
  const masses = [0, most * 0.01, most * 0.1, most * 0.5];
  const ramp = (words) => words.map((word, index) => [`swatch-${index}`, word]);
  return {
    share: {
      legend: ramp(["0 %", "≤ 1 %", "≤ 10 %", "≤ 50 %", "> 50 %"]),
      colour: (site) => (site.share === null ? STATES.none : RAMP[step(site.share, shares)]),
      dark: (site) => (site.share || 0) > 0.1,
    },
    onHand: {
      legend: ramp(["≤ 0", ...[0.01, 0.1, 0.5, 1].map((part) => `≤ ${desk.number(most * part, 0)} ${desk.words.kg}`)]),
      colour: (site) => RAMP[step(site.onHandKg, masses)],
      dark: (site) => site.onHandKg > most * 0.1,
    },
    gaps: {
      legend: [["swatch-ok", desk.words.noGap], ["swatch-bad", desk.words.gap]],
      colour: (site) => (site.gaps.length ? STATES.bad : STATES.ok),
      dark: () => false,
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
      dark: () => false,
    },
  };
};
