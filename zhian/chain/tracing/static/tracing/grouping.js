// Groups before hairballs: a tier with many sites shows groups per township and supplier.

const MANY = 24; // sites of one tier that are still drawn one by one

// Where goods end; whoever makes or passes on goods is always drawn by itself.
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

// For every site the id of the node that stands for it, and the nodes themselves.
export const arrange = (desk, opened) => {
  const suppliers = suppliersOf(desk);
  const nodes = [];
  const standsFor = new Map();
  groupBy(desk.data.sites, (site) => site.tier).forEach((sites, tier) => {
    const keys = [
      (site) => `${site.region}|${suppliers.get(site.id)?.id || ""}`,
      (site) => `${site.region.slice(0, 6)}|${suppliers.get(site.id)?.id || ""}`,
      (site) => suppliers.get(site.id)?.id || "",
    ];
    const alone = sites.filter((site) => sites.length <= MANY || !SELLS.has(site.kind));
    const many = sites.filter((site) => sites.length > MANY && SELLS.has(site.kind));
    const fits = keys.find((key) => groupBy(many, key).size <= MANY) || keys[2];
    const groups = groupBy(many, fits);
    groups.forEach((members, key) => {
      const id = `group:${tier}|${key}`;
      if (members.length < 3 || opened.has(id)) {
        alone.push(...members);
        if (opened.has(id)) nodes.push({ id, tier, members, open: true });
        return;
      }
      nodes.push({ id, tier, members, open: false });
      members.forEach((site) => standsFor.set(site.id, id));
    });
    alone.forEach((site) => {
      nodes.push({ id: site.id, tier, members: [site], site });
      standsFor.set(site.id, site.id);
    });
  });
  return { nodes, standsFor, suppliers };
};
