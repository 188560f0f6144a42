// The answer as chips of tokens, each underlined in the colour of the memory that it looked at most; older questions below.
const now = element.querySelector(".answer-now");
const before = element.querySelector(".answers-before");

const chip = (token) => {
  const node = make("span", "token", token.text);
  if (token.colour) {
    node.style.setProperty("--chip", token.colour);
    node.style.setProperty("--strength", Math.min(1, 0.15 + token.share * 3));
    node.title = `Looked at ${token.memory} most: ${percent(token.share)} of its attention`;
  }
  return node;
};

const paint = () => {
  const value = read({ question: "", tokens: [], note: "", before: [], running: false });
  now.classList.toggle("running", value.running);
  if (!value.question) {
    now.replaceChildren(make("p", "answer-none", "The answer comes from memory alone: the told text is not in the prompt."));
    before.replaceChildren();
    return;
  }
  const words = make("p", "answer-text");
  words.append(...value.tokens.map(chip));
  if (!value.tokens.length && !value.running) words.append(make("span", "answer-empty", "(no words)"));
  now.replaceChildren(make("p", "answer-question", value.question), words, make("p", "answer-note", value.note));
  before.replaceChildren(
    ...value.before.map((item) => {
      const line = make("li", item.shown ? "shown" : "");
      const button = make("button", "before-pick");
      button.type = "button";
      button.append(make("span", "before-question", item.question), make("span", "before-answer", item.answer || "(no words)"));
      button.addEventListener("click", () => trigger("look", { question: item.index }));
      line.append(button);
      return line;
    })
  );
};
paint();
watch("value", paint);
