// The line about the model, the sheet of keys, and the switch between light and dark.
const paint = () => {
  const value = read({ facts: "", world: "" });
  element.querySelector(".masthead-model").textContent = value.facts;
  element.querySelector(".masthead-world").textContent = value.world;
};
paint();
watch("value", paint);
element.querySelector(".show-models").addEventListener("click", () => document.dispatchEvent(new CustomEvent("palimpsest:models")));
element.querySelector(".show-lesson").addEventListener("click", () => document.dispatchEvent(new CustomEvent("palimpsest:lesson")));
element.querySelector(".show-keys").addEventListener("click", () => document.dispatchEvent(new CustomEvent("palimpsest:keys")));
const button = element.querySelector(".scheme");
const isDark = () => document.body.classList.contains("dark");
const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
button.addEventListener("click", () => {
  document.body.classList.toggle("dark");
  label();
});
new MutationObserver(label).observe(document.body, { attributes: true, attributeFilter: ["class"] });
label();
