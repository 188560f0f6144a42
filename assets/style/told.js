// The told list: rows are built from data; a click selects, the button forgets.
const rows = element.querySelector(".told-rows");
const key = element.querySelector(".told-key");

const bar = (item) => {
  const node = make("span", "left-bar");
  node.style.setProperty("--short", item.short);
  node.style.setProperty("--long", item.long);
  node.append(make("i", "left-short"), make("i", "left-long"));
  return node;
};

const amounts = (item, longTerm) =>
  item.later ? "told later" : item.forgotten ? "forgotten" : longTerm ? `${percent(item.short)} + ${percent(item.long)}` : percent(item.short);

const spoken = (item, longTerm) =>
  `${percent(item.short)} left in short-term memory` + (longTerm ? `, ${percent(item.long)} in long-term memory` : "");

const row = (item, longTerm) => {
  const node = make("li", "told-row");
  coloured(node, item.colour);
  node.classList.toggle("selected", item.selected);
  node.classList.toggle("forgotten", Boolean(item.forgotten));
  node.classList.toggle("later", Boolean(item.later));
  const pick = make(item.context === undefined ? "div" : "button", "told-pick");
  const name = make("span", "chip-square", item.name ?? "");
  const words = make("span", "told-text", item.text);
  words.title = item.text;
  const left = make("span", "left");
  left.title = spoken(item, longTerm);
  left.append(bar(item), make("span", "left-amount", amounts(item, longTerm)));
  pick.append(name, words, left);
  node.append(pick);
  if (item.context === undefined) return node;
  pick.type = "button";
  pick.setAttribute("aria-pressed", String(item.selected));
  pick.addEventListener("click", () => trigger("pick", { context: item.context }));
  const forget = make("button", "told-forget", "Forget");
  forget.type = "button";
  forget.disabled = Boolean(item.forgotten);
  forget.setAttribute("aria-label", `Forget context ${item.name}`);
  forget.addEventListener("click", () => {
    forget.disabled = true;
    trigger("forget", { context: item.context });
  });
  node.append(forget);
  return node;
};

const paint = () => {
  const value = read({ rows: [], group: null, longTerm: false });
  const shown = [...value.rows, ...(value.group ? [value.group] : [])];
  key.hidden = shown.length === 0 || !value.longTerm;
  if (shown.length === 0) {
    renew(rows, make("li", "told-none", "Nothing yet. Tell something, or take an example above."));
    return;
  }
  renew(rows, ...shown.map((item) => row(item, value.longTerm)));
};
paint();
watch("value", paint);
document.addEventListener("palimpsest:refused", () => {
  if (element.isConnected) paint();
});
