// Find sites of the trace by any of their words; what is found becomes the selection.
import { remember, remembered } from "./remembering.js";

const wordsOf = (site) =>
  [site.name, site.operator, site.lots, site.regionWord, site.kindWord, site.office, site.id].join(" ").toLowerCase();

export const watchSearch = (desk) => {
  const form = document.getElementById("trace-find");
  const field = document.getElementById("trace-query");
  const told = document.getElementById("trace-found");
  if (!form) return;
  const find = () => {
    const asked = field.value.trim().toLowerCase();
    remember("find", asked);
    if (!asked) {
      told.textContent = "";
      desk.choose([]);
      return;
    }
    const parts = asked.split(/\s+/);
    const found = desk.data.sites.filter((site) => parts.every((part) => wordsOf(site).includes(part)));
    told.textContent = found.length ? `${found.length} ${desk.words.found}` : desk.words.notFound;
    desk.choose(found.map((site) => site.id));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  field.addEventListener("search", find);
  field.value = remembered("find");
  if (field.value) find();
};
