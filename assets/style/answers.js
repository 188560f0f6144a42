// The answer as chips of tokens, each underlined in the colour of the memory that it looked at most; older questions below.
const now = element.querySelector(".answer-now");
const before = element.querySelector(".answers-before");

const chip = (token, place, value) => {
  const node = make(value.running ? "span" : "button", "token", token.text);
  if (!value.running) {
    node.type = "button";
    node.setAttribute("aria-pressed", String(value.word === place));
    node.addEventListener("click", () => trigger("word", { word: place }));
  }
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
    renew(now, make("p", "answer-none", value.note || "The answer comes from memory alone: the told text is not in the prompt."));
    return listBefore(value);
  }
  const words = make("p", "answer-text");
  words.dir = "auto";
  words.append(...value.tokens.map((token, place) => chip(token, place, value)));
  if (!value.tokens.length && !value.running) words.append(make("span", "answer-empty", "(no words)"));
  renew(now, make("p", "answer-question", value.question), words, make("p", "answer-note", value.note));
  listBefore(value);
};

const listBefore = (value) =>
  renew(
    before,
    ...value.before.map((item) => {
      const line = make("li", item.shown ? "shown" : "");
      const button = make("button", "before-pick");
      button.type = "button";
      button.setAttribute("aria-pressed", String(item.shown));
      button.append(make("span", "before-question", item.question), make("span", "before-answer", item.answer || "(no words)"));
      button.addEventListener("click", () => trigger("look", { question: item.index }));
      line.append(button);
      return line;
    })
  );
paint();
watch("value", paint);
