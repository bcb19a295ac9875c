// As the goods flowed: a slider over the days on which something moved, and a button that plays it.
import { remember, remembered } from "./remembering.js";

const STEP = 700; // milliseconds a day is shown

export const watchTime = (desk) => {
  const frame = document.getElementById("trace-time");
  const days = [...new Set(desk.data.links.flatMap((link) => link.days))].sort();
  if (!frame || days.length < 2) return;
  const slider = document.getElementById("trace-day");
  const text = document.getElementById("trace-day-text");
  const play = document.getElementById("trace-play");
  let timer = 0;
  frame.hidden = false;
  slider.max = String(days.length);
  const show = () => {
    const at = Number(slider.value);
    const day = at >= days.length ? "" : days[at];
    desk.setUntil(day);
    remember("until", day);
    const moved = desk.data.links.filter((link) => !desk.isLater(link.days[0])).length;
    const until = day ? `${desk.words.until} ${day}` : desk.words.whole;
    text.textContent = `${until} · ${desk.reached().length} ${desk.words.sites} · ${moved} ${desk.words.movements}`;
    slider.setAttribute("aria-valuetext", until);
  };
  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
  };
  play.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    if (Number(slider.value) >= days.length) slider.value = "0";
    play.setAttribute("aria-pressed", "true");
    show();
    timer = window.setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      show();
      if (Number(slider.value) >= days.length) stop();
    }, STEP);
  });
  slider.addEventListener("input", () => {
    stop();
    show();
  });
  const known = days.indexOf(remembered("until"));
  slider.value = String(known < 0 ? days.length : known);
  show();
};
