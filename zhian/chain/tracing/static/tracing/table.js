// The table and the evidence beside it.

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const nameCell = (site) => {
  const cell = element("td");
  const pick = element("button", site.name, "btn-link");
  pick.type = "button";
  pick.dataset.pick = site.id;
  pick.setAttribute("aria-pressed", "false");
  cell.append(pick);
  if (site.operator && site.operator !== site.name) cell.append(element("br"), element("small", site.operator));
  return cell;
};

const gapCell = (site) => {
  const cell = element("td", site.gapWords.length ? undefined : "–");
  site.gapWords.forEach((word) => cell.append(element("span", word, "state state-yellow"), " "));
  return cell;
};

const fill = (desk, table) => {
  const labels = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const number = (value) => element("td", desk.number(value, 3), "numeric");
  const rows = desk.data.sites.map((site) => {
    const row = element("tr");
    row.dataset.site = site.id;
    row.append(
      nameCell(site),
      number(site.tier),
      element("td", site.kindWord),
      element("td", site.regionWord),
      element("td", site.lots),
      number(site.inKg),
      number(site.soldKg),
      number(site.onHandKg),
      number(site.sourceKg),
      gapCell(site),
    );
    [...row.cells].forEach((cell, index) => {
      cell.dataset.label = labels[index];
    });
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
};

export const watchTable = (desk) => {
  const table = document.getElementById("trace-table");
  const count = document.getElementById("trace-count");
  if (table) fill(desk, table);
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (!pick) return;
    const id = pick.dataset.pick;
    const only = desk.chosen().size === 1 && desk.chosen().has(id);
    desk.choose(only ? [] : [id]);
  });
  const show = (chosen) => {
    if (!table) return;
    const reached = new Set(desk.reached().map((site) => site.id));
    table.querySelectorAll("tbody tr").forEach((row) => {
      const picked = chosen.has(row.dataset.site);
      row.hidden = (chosen.size > 1 && !picked) || !reached.has(row.dataset.site);
      row.classList.toggle("picked", picked);
      row.querySelector("[data-pick]").setAttribute("aria-pressed", String(picked));
    });
    count.textContent = chosen.size
      ? `${chosen.size} ${desk.words.selected} / ${reached.size}`
      : String(reached.size);
    const first = chosen.size === 1 && table.querySelector("tr.picked");
    if (first && !first.contains(document.activeElement)) first.scrollIntoView({ block: "nearest" });
  };
  desk.onChange(show);
  desk.onTime(() => show(desk.chosen()));
};

const linkLine = (desk, link) => {
  const line = element("li");
  const name = (id) => (id === null ? desk.words.unknownOrigin : desk.byId.get(id)?.name || id);
  line.append(element("strong", `${name(link.from)} → ${name(link.to)}`));
  const facts = [link.days.slice(0, 3).join(", ") + (link.days.length > 3 ? " …" : "")];
  if (link.kg !== null) facts.push(`${desk.number(link.kg)} ${desk.words.kg}`);
  if (link.sourceKg !== null) facts.push(`${desk.number(link.sourceKg, 3)} ${desk.words.kg} ${desk.words.ofSource}`);
  if (link.returned) facts.push(desk.words.returned);
  if (link.broken) facts.push(`? ${desk.words.notRecorded}`);
  line.append(element("br"), element("span", facts.join(" · ")));
  const events = element("details");
  events.append(element("summary", `${link.events.length} ${desk.words.events}`));
  link.events.slice(0, 20).forEach((id) => {
    const proof = element(desk.eventsUrl ? "a" : "span", id);
    if (desk.eventsUrl) proof.href = `${desk.eventsUrl}?q=${encodeURIComponent(id)}`;
    events.append(proof, element("br"));
  });
  line.append(events);
  return line;
};

export const showEvidence = (desk) => {
  const place = document.getElementById("trace-chosen");
  desk.onChange((chosen) => {
    place.replaceChildren();
    if (chosen.size === 0) {
      place.append(element("p", desk.words.nothing, "quiet"));
      return;
    }
    const sites = [...chosen].map((id) => desk.byId.get(id));
    if (sites.length > 1) {
      const kg = sites.reduce((sum, site) => sum + (site.sourceKg || 0), 0);
      place.append(element("p", `${sites.length} ${desk.words.sites} · ${desk.number(kg)} ${desk.words.kg} ${desk.words.ofSource}`));
    } else {
      const heading = element("h3");
      const name = element(sites[0].url ? "a" : "span", sites[0].name);
      if (sites[0].url) name.href = sites[0].url;
      heading.append(name);
      place.append(heading);
      place.append(element("p", [sites[0].kindWord, sites[0].licenceWord, ...sites[0].gapWords].join(" · ")));
    }
    const list = element("ul");
    desk.data.links
      .filter((link) => chosen.has(link.to) || (chosen.size === 1 && chosen.has(link.from)))
      .slice(0, 60)
      .forEach((link) => list.append(linkLine(desk, link)));
    place.append(list);
  });
};
