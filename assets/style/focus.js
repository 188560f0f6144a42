// What is chosen: a layer picker, and one chip for each part of the choice that can be let go.
const layers = element.querySelector(".focus-layers");
const chips = element.querySelector(".focus-chips");
const clear = element.querySelector(".focus-clear");
const hint = element.querySelector(".focus-hint");

layers.addEventListener("change", () => trigger("layer", { layer: layers.value === "" ? null : Number(layers.value) }));
clear.addEventListener("click", () => trigger("release", { part: "all" }));

const option = (value, text) => {
  const node = make("option", "", text);
  node.value = value;
  return node;
};
const chip = (item) => {
  const node = make("li", "focus-chip");
  if (item.name) {
    const name = make("span", "chip-square", item.name);
    coloured(name, item.colour || "var(--quiet)");
    node.append(name);
  }
  node.append(make("span", "focus-text", item.text));
  const release = make("button", "focus-release", "×");
  release.type = "button";
  release.setAttribute("aria-label", `Let go of ${item.what}`);
  release.addEventListener("click", () => trigger("release", { part: item.part }));
  node.append(release);
  return node;
};
const paint = () => {
  const value = read({ layers: 0, layer: null, chips: [], hint: "" });
  if (layers.options.length !== value.layers + 1) {
    layers.replaceChildren(option("", "all"), ...Array.from({ length: value.layers }, (_, i) => option(String(i), String(i))));
  }
  layers.value = value.layer === null ? "" : String(value.layer);
  const chosen = value.chips.length > 0 || value.layer !== null;
  renew(chips, ...value.chips.map(chip));
  hint.textContent = chosen ? "" : value.hint;
  clear.hidden = !chosen;
  element.dataset.chosen = String(chosen);
  document.body.dataset.token = String(value.chips.some((item) => item.part === "token"));
};
paint();
watch("value", paint);

// Escape lets go of the choice; with nothing chosen it returns to the present.
document.addEventListener("palimpsest:escape", () => {
  if (!element.isConnected) return;
  if (element.dataset.chosen === "true") trigger("release", { part: "all" });
  else document.dispatchEvent(new CustomEvent("palimpsest:now"));
});
