// Charts: <div class="chart" data-chart="ID-OF-JSON"></div> beside {{ option|json_script:"ID-OF-JSON" }}.
// A map adds data-map="china" and data-map-url. Tooltips are drawn, not HTML: no inline styles (CSP).
"use strict";

(() => {
  // Okabe and Ito's palette: told apart by colour-blind readers too
  const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a7a7a"];

  const draw = async (place) => {
    const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (place.dataset.map) {
      const answer = await fetch(place.dataset.mapUrl);
      window.echarts.registerMap(place.dataset.map, await answer.json());
    }
    await document.fonts.ready;
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({
      color: PALETTE,
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      aria: { enabled: true, decal: { show: true } },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...option,
      tooltip: { ...(option.tooltip || {}), renderMode: "richText", confine: true },
    });
    chart.on("click", (point) => {
      if (point.data && point.data.url) window.location.assign(point.data.url);
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  };

  const drawAll = (root) => root.querySelectorAll("[data-chart]:not([data-drawn])").forEach((place) => {
    place.dataset.drawn = "yes";
    draw(place);
  });
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
})();
