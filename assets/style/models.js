// The model picker: a row per model; its buttons say which one is meant.
const band = element.querySelector(".models");
const list = element.querySelector(".model-rows");
let value = { open: false, rows: [] };
const WORDS = { use: "Use", load: "Load", unload: "Unload" };
const DO = {
  use: (name) => trigger("choose", { name }),
  load: (name) => trigger("fetch", { name }),
  unload: (name) => trigger("release", { name }),
};

const row = (item) => {
  const node = make("li", "model-row");
  node.classList.toggle("mine", item.mine);
  node.append(make("span", "model-name", item.name), make("span", "model-state", item.state), make("span", "model-kind", item.kind));
  node.append(make("span", "model-note", item.note));
  const ways = make("span", "model-ways");
  for (const way of item.can) {
    const button = make("button", "plain-way quiet-button", WORDS[way]);
    button.type = "button";
    button.setAttribute("aria-label", `${WORDS[way]} ${item.name}`);
    button.addEventListener("click", () => {
      for (const each of list.querySelectorAll("button")) each.disabled = true;
      setTimeout(paint, 1500);  // a refusal leaves the value as it is
      DO[way](item.name);
    });
    ways.append(button);
  }
  node.append(ways);
  return node;
};

element.querySelector(".models-close").addEventListener("click", () => trigger("go", { open: false }));
document.addEventListener("palimpsest:models", () => {
  if (element.isConnected) trigger("go", { open: !value.open });
});

const paint = () => {
  value = read({ open: false, rows: [] });
  band.hidden = !value.open;
  renew(list, ...value.rows.map(row));
};
paint();
watch("value", paint);
