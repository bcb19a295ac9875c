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
