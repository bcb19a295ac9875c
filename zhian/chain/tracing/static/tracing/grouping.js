// Groups before hairballs: a tier with many sites shows groups per township and supplier; or, by
// the reader's choice, every group of one kind.

const MANY = 24; // sites of one tier that are still drawn one by one
const CROWD = 300; // nodes of a drawing beyond which makers are grouped too
export const MOST = 3000; // nodes that are drawn at all

// Where goods end; whoever makes or passes on goods is drawn by itself while there is room.
const SELLS = new Set(["SHOP", "SUPERMARKET", "CANTEEN", "RESTAURANT", "UNKNOWN"]);

const suppliersOf = (desk) => {
  const best = new Map();
  desk.data.links.forEach((link) => {
    if (link.from === null || link.returned) return;
    const known = best.get(link.to);
    if (!known || (link.kg || 0) > known.kg) best.set(link.to, { id: link.from, kg: link.kg || 0 });
  });
  return best;
};

const groupBy = (sites, keyOf) => {
  const groups = new Map();
  sites.forEach((site) => {
    const key = keyOf(site);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(site);
  });
  return groups;
};

// What each kind of group is called by: key and name.
const KINDS = {
  tier: (desk) => [(site) => `${site.tier}`, (site) => `${desk.words.tier} ${site.tier}`],
  operator: () => [(site) => site.operator || site.id, (site) => site.operator || site.name],
  region: (desk) => [(site) => site.region.slice(0, 6), (site) => desk.data.regions[site.region.slice(0, 6)]?.name || site.regionWord],
  product: () => [(site) => site.lots, (site) => site.lots],
  office: (desk) => [(site) => site.office, (site) => site.office || desk.words.noOffice],
};

const drawn = () => {
  const nodes = [];
  const standsFor = new Map();
  return {
    nodes,
    standsFor,
    alone(site, tier) {
      nodes.push({ id: site.id, tier, members: [site], site });
      standsFor.set(site.id, site.id);
    },
    group(id, tier, members, open, name) {
      nodes.push({ id, tier, members, open, name });
      if (!open) members.forEach((site) => standsFor.set(site.id, id));
    },
  };
};

const byKind = (desk, opened, kind) => {
  const plan = drawn();
  const [keyOf, nameOf] = KINDS[kind](desk);
  groupBy(desk.data.sites, (site) => `${site.tier}|${keyOf(site)}`).forEach((members, key) => {
    const tier = members[0].tier;
    const id = `group:${kind}|${key}`;
    const open = opened.has(id);
    if (members.length > 1) plan.group(id, tier, members, open, nameOf(members[0]));
    if (members.length === 1 || open) members.forEach((site) => plan.alone(site, tier));
  });
  return plan;
};

const apart = (desk) => {
  const plan = drawn();
  desk.data.sites.forEach((site) => plan.alone(site, site.tier));
  return plan;
};

const byPlace = (desk, opened, suppliers, all) => {
  const plan = drawn();
  groupBy(desk.data.sites, (site) => site.tier).forEach((sites, tier) => {
    const keys = [
      (site) => `${site.region}|${suppliers.get(site.id)?.id || ""}`,
      (site) => `${site.region.slice(0, 6)}|${suppliers.get(site.id)?.id || ""}`,
      (site) => (all ? site.region.slice(0, 4) : suppliers.get(site.id)?.id || ""),
    ];
    const folds = (site) => sites.length > MANY && (all || SELLS.has(site.kind));
    sites.filter((site) => !folds(site)).forEach((site) => plan.alone(site, tier));
    const many = sites.filter(folds);
    const fits = keys.find((key) => groupBy(many, key).size <= MANY) || keys[2];
    groupBy(many, fits).forEach((members, key) => {
      const id = `group:${tier}|${key}`;
      const open = opened.has(id);
      if (members.length >= 3) plan.group(id, tier, members, open);
      if (members.length < 3 || open) members.forEach((site) => plan.alone(site, tier));
    });
  });
  return plan;
};

// For every site the id of the node that stands for it, and the nodes themselves: the first way of
// grouping that draws no more nodes than can be moved smoothly, whatever was asked for or opened.
export const arrange = (desk, opened, mode = "auto") => {
  const suppliers = suppliersOf(desk);
  const room = opened.size === 0 ? CROWD : MOST;
  const ways = [
    [room, () => byPlace(desk, opened, suppliers, false)],
    [MOST, () => byPlace(desk, opened, suppliers, true)],
    [MOST, () => byPlace(desk, new Set(), suppliers, true)],
  ];
  if (mode === "none") ways.unshift([MOST, () => apart(desk)]);
  if (KINDS[mode]) ways.unshift([MOST, () => byKind(desk, opened, mode)]);
  let plan = null;
  for (const [most, way] of ways) {
    plan = way();
    if (plan.nodes.length <= most) break;
  }
  return { ...plan, suppliers };
};
