// The line about the model, the sheet of keys, and the switch between light and dark.
element.querySelector(".masthead-model").textContent = props.value;
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
