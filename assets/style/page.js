// Common to all parts: values are JSON texts, and text enters the page through textContent only.
const read = (fallback) => {
  try { return JSON.parse(props.value); } catch { return fallback; }
};
const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) {
    node.textContent = text;
    node.dir = "auto";  // what people type may run from right to left
  }
  return node;
};
// What reads best on a colour "#rrggbb": black or white.
const inkFor = (colour) => {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour || "");
  if (!parts) return "var(--paper)";
  const [red, green, blue] = parts.slice(1).map((part) => {
    const share = parseInt(part, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
};
const coloured = (node, colour) => {
  node.style.setProperty("--chip", colour);
  node.style.setProperty("--chip-ink", inkFor(colour));
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
