// Common to all parts: values are JSON texts, and text enters the page through textContent only.
const read = (fallback) => {
  try { return JSON.parse(props.value); } catch { return fallback; }
};
const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const percent = (share) => (share > 0 && share < 0.005 ? "<1 %" : Math.round(share * 100) + " %");
// New children; a keyboard's focus stays on the button that stands in the same place.
const renew = (node, ...children) => {
  const at = [...node.querySelectorAll("button")].indexOf(document.activeElement);
  node.replaceChildren(...children);
  if (at < 0) return;
  const buttons = node.querySelectorAll("button");
  buttons[Math.min(at, buttons.length - 1)]?.focus({ preventScroll: true });
};
