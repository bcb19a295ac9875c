// How the drawing stands in the address, so that a saved view and a shared link open as they were.

export const remembered = (key) => new URLSearchParams(window.location.search).get(key) || "";

export const remember = (key, value) => {
  const query = new URLSearchParams(window.location.search);
  if (value) query.set(key, value);
  else query.delete(key);
  window.history.replaceState(null, "", `${window.location.pathname}?${query}`);
  document.querySelectorAll("#trace-save input[name=address]").forEach((field) => {
    field.value = query.toString();
  });
};

// A select that remembers: set from the address, written back on every change.
export const rememberedChoice = (id, onChange) => {
  const field = document.getElementById(id);
  const key = id.replace("trace-", "");
  const known = remembered(key);
  if ([...field.options].some((option) => option.value === known)) field.value = known;
  field.addEventListener("change", () => {
    remember(key, field.value === field.options[0].value ? "" : field.value);
    onChange();
  });
  return field;
};

const DRAWING = ["lens", "group", "find", "until", "site"];

// Forms and links of the page that ask anew take the drawing along.
export const carryAlong = () => {
  const drawing = () => DRAWING.map((key) => [key, remembered(key)]).filter(([, value]) => value);
  document.querySelectorAll("form[method=get]").forEach((form) => {
    form.addEventListener("submit", () => {
      drawing().forEach(([key, value]) => {
        const field = form.elements[key] || document.createElement("input");
        Object.assign(field, { type: "hidden", name: key, value });
        form.append(field);
      });
    });
  });
  document.querySelectorAll(".trace-chips a").forEach((link) => {
    link.addEventListener("click", () => {
      const query = new URLSearchParams(link.search);
      drawing().forEach(([key, value]) => query.set(key, value));
      link.search = query.toString();
    });
  });
};
