// A list of texts: a click on one selects it, its button does what it says, its result stands beside it.
const list = element.querySelector(".rows");
const row = (item) => {
  const node = make("li", "row");
  coloured(node, item.colour);
  node.classList.toggle("selected", Boolean(item.selected));
  const pick = make("button", "row-pick");
  pick.type = "button";
  pick.setAttribute("aria-pressed", String(Boolean(item.selected)));
  pick.append(make("span", "chip-square", item.name), make("span", "row-text", item.text));
  pick.addEventListener("click", () => trigger("pick", { context: item.context }));
  node.append(pick);
  if (item.note) node.append(make("span", "row-note", item.note));
  if (item.result !== undefined && item.result !== null) {
    node.append(make("span", item.same ? "row-result same" : "row-result", item.result));
  } else if (item.action) {
    const act = make("button", "quiet-button row-act", item.action);
    act.type = "button";
    act.setAttribute("aria-label", `${item.action}: text ${item.name}`);
    act.addEventListener("click", () => {
      act.textContent = "…";
      trigger("act", { context: item.context });
    });
    node.append(act);
  }
  return node;
};
const paint = () => {
  const value = read({ rows: [], none: "" });
  renew(list, ...(value.rows.length ? value.rows.map(row) : [make("li", "row-none", value.none)]));
};
paint();
watch("value", paint);
document.addEventListener("palimpsest:refused", () => {
  if (element.isConnected) paint();
});
