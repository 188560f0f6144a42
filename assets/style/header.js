// The line about the model, and the switch between light and dark.
element.querySelector(".masthead-model").textContent = props.value;
const button = element.querySelector(".scheme");
const isDark = () => document.body.classList.contains("dark");
const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
button.addEventListener("click", () => {
  document.body.classList.toggle("dark");
  label();
});
new MutationObserver(label).observe(document.body, { attributes: true, attributeFilter: ["class"] });
label();
