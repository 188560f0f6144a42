// The answer's tokens as chips: one of them can be chosen, and the views then show what that token looked at.
const box = element.querySelector(".words");
const paint = () => {
  const value = read({ question: "", tokens: [], chosen: null });
  if (!value.question) return renew(box);
  const chips = value.tokens.map((token, place) => {
    const chip = make("button", "token", token.text);
    chip.type = "button";
    chip.setAttribute("aria-pressed", String(value.chosen === place));
    if (token.colour) {
      chip.style.setProperty("--chip", token.colour);
      chip.style.setProperty("--strength", Math.min(1, 0.15 + token.share * 3));
      chip.title = `Looked at ${token.memory} most: ${percent(token.share)} of its attention`;
    }
    chip.addEventListener("click", () => trigger("word", { word: place }));
    return chip;
  });
  renew(box, make("span", "words-question", value.question), ...chips);
};
paint();
watch("value", paint);
