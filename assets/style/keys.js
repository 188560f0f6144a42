// Keys. They never fire while somebody types, with a modifier held, or behind an open dialog.
const sheet = element.querySelector(".keys-sheet");
const open = () => { if (!sheet.open) sheet.showModal(); };
element.querySelector(".keys-close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
document.addEventListener("palimpsest:keys", open);

const types = (node) => node?.closest?.("textarea, select, [contenteditable='true'], input:not([type=range]):not([type=radio]):not([type=checkbox]):not([type=button])");
const say = (name, detail) => document.dispatchEvent(new CustomEvent(`palimpsest:${name}`, { detail }));
const focusOn = (selector) => {
  const field = document.querySelector(selector);
  field?.scrollIntoView({ block: "nearest" });
  field?.focus();
};
const plotAt = () =>
  document.querySelector(".plot.whole") || document.activeElement?.closest(".plot") || document.querySelector(".plot:hover") ||
  [...document.querySelectorAll(".plot")].find((plot) => plot.offsetParent);
const openTab = (place) => document.querySelectorAll("#views [role=tablist] button[role=tab]")[place]?.click();

const keys = {
  t: () => focusOn("#tell-text textarea"),
  a: () => focusOn("#ask-text textarea"),
  ",": () => say("step", -1),
  "[": () => say("step", -1),
  ".": () => say("step", 1),
  "]": () => say("step", 1),
  f: () => plotAt()?.dispatchEvent(new CustomEvent("palimpsest:whole")),
  l: () => say("lesson"),
  "?": open,
};

document.addEventListener("keydown", (event) => {
  if (!element.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    const field = types(document.activeElement);
    if (field) return field.blur();
    const covering = document.querySelector(".plot.whole");
    return covering ? covering.dispatchEvent(new CustomEvent("palimpsest:whole")) : say("escape");
  }
  if (types(event.target)) return;
  const act = /^[1-9]$/.test(event.key) ? () => openTab(Number(event.key) - 1) : keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
