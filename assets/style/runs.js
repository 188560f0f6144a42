// Answers of other kinds of memory, side by side.
const list = element.querySelector(".runs");
const run = (item) => {
  const node = make("li", item.ran ? "run" : "run idle");
  node.append(make("h3", "part-title", item.name));
  if (item.ran) node.append(make("p", "run-answer", item.answer || "(no words)"), make("p", "run-numbers", item.numbers));
  node.append(make("p", "run-note", item.note));
  return node;
};
const paint = () => {
  const value = read({ question: "", note: "", runs: [] });
  const head = value.question ? [make("li", "run-question", value.note ? `${value.question} (${value.note})` : value.question)] : [];
  list.replaceChildren(...head, ...value.runs.map(run));
};
paint();
watch("value", paint);
