// One step of the lesson. An action opens its view first, so that its result is seen as it comes.
const band = element.querySelector(".lesson");
const find = (name) => element.querySelector(`.lesson-${name}`);
let value = { step: null };

const openTab = (name) =>
  [...document.querySelectorAll("#views [role=tablist] button[role=tab]")].find((tab) => tab.textContent.trim() === name)?.click();
const go = (step) => trigger("go", { step });

find("act").addEventListener("click", () => {
  openTab(value.tab);
  trigger("act", { step: value.step });
  if (window.innerWidth <= 900) document.querySelector("#views")?.scrollIntoView();
});
find("back").addEventListener("click", () => go(value.step - 1));
find("next").addEventListener("click", () => go(value.step + 1));
find("close").addEventListener("click", () => go(null));
document.addEventListener("palimpsest:lesson", () => {
  if (element.isConnected) go(value.step === null ? 0 : null);
});

const paint = () => {
  const before = value.step;
  value = read({ step: null });
  band.hidden = value.step === null;
  if (value.step === null) return;
  find("count").textContent = `Lesson, step ${value.step + 1} of ${value.steps}`;
  for (const name of ["title", "body", "look", "question", "thought"]) find(name).textContent = value[name];
  find("act").textContent = value.action;
  find("back").disabled = value.step === 0;
  find("next").disabled = value.step === value.steps - 1;
  const address = new URL(location.href);
  address.search = "";
  address.searchParams.set("lesson", String(value.step + 1));
  find("link").href = address.href;
  if (before !== value.step) find("answer").open = false;
};
paint();
watch("value", paint);
