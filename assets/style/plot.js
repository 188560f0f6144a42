// A Plotly figure in one DOM node for its whole life: new values are drawn into it, zoom and position stay.
// gr.Plot may put another plotly.js into window.Plotly later, so the first one is kept.
window.palimpsestPlotly = window.palimpsestPlotly || window.Plotly;
const plotly = window.palimpsestPlotly;
const stage = element.querySelector(".plot-stage");
const reading = element.querySelector(".plot-reading");
let clicked = false;
let listening = false;
let drawing = Promise.resolve();

// Ink, grid and hover label follow the colour scheme; colours of data do not.
const inkOn = (figure) => {
  const style = getComputedStyle(element);
  const css = (name) => style.getPropertyValue(name).trim();
  const [ink, hairline, raised] = [css("--ink"), css("--hairline"), css("--raised")];
  const base = figure.layout.template.layout;
  const family = css("--font") || base.font.family;
  base.font = { ...base.font, color: ink, family };
  base.hoverlabel = { ...base.hoverlabel, bgcolor: raised, bordercolor: hairline, font: { ...base.hoverlabel.font, color: ink, family } };
  if (stage.clientWidth < 480) base.title = { ...base.title, font: { ...base.title.font, size: 14 } };
  for (const axis of ["xaxis", "yaxis"]) {
    base[axis] = { ...base[axis], gridcolor: hairline, linecolor: hairline, tickcolor: hairline };
  }
  for (const trace of figure.data) {
    if (!trace.meta || !trace.meta.ink) continue;
    trace.marker = { ...trace.marker, color: ink };
    trace.textfont = { ...trace.textfont, color: ink };
    if (trace.type.startsWith("scatter")) trace.line = { ...trace.line, color: ink };
  }
  return figure;
};

// A memory token's point carries [context, layer, serial]; any other's first or only number is its context.
const whole = (number) => (Number.isInteger(number) && number >= 0 ? number : null);
const belongsTo = (point) => {
  const data = point.customdata;
  if (!data?.length) return { context: whole(data), layer: null, serial: null };
  const token = Boolean(point.data?.meta?.token);
  return { context: whole(data[0]), layer: token ? whole(data[1]) : null, serial: token ? whole(data[2]) : null };
};
const nothing = { context: null, layer: null, serial: null };

const listen = () => {
  listening = true;
  stage.on("plotly_click", (event) => {
    clicked = true;
    trigger("pick", belongsTo(event.points[0]));
  });
  // A click that met no point clears the selection; the end of a drag is none.
  let from = null;
  stage.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; }, true);
  stage.addEventListener("click", (event) => {
    const moved = from && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 4;
    if (!clicked && !moved && event.target.closest(".draglayer, .main-svg")) trigger("pick", nothing);
    clicked = false;
  });
  stage.on("plotly_selected", (event) => {
    const counts = {};
    for (const point of event?.points || []) {
      const context = belongsTo(point).context ?? -1;
      counts[context] = (counts[context] || 0) + 1;
    }
    trigger("lasso", { contexts: Object.keys(counts).map(Number).filter((context) => context >= 0), points: counts });
  });
  stage.on("plotly_deselect", () => trigger("lasso", { contexts: [], points: {} }));
};

const NAMED = { nbsp: " ", lt: "<", gt: ">", amp: "&", quot: '"' };
const plain = (text) =>
  (text || "").replace(/<br>/g, ", ").replace(/<[^>]*>/g, "").replace(/&(nbsp|lt|gt|amp|quot);/g, (_, name) => NAMED[name]);
const describe = (layout) => {
  const words = [plain(layout.title?.text), plain(layout.title?.subtitle?.text), layout.meta?.empty, layout.meta?.how_to_read];
  stage.setAttribute("aria-label", words.filter(Boolean).join(". "));
  reading.textContent = layout.meta?.how_to_read || "";
};

// Plotly does not wrap: a title that is wider than the plot goes on in a new line, at a "·", at a swatch or between words.
const pen = document.createElement("canvas").getContext("2d");
const DRAWN = 1.05; // a line drawn in SVG may be some percent wider than on the canvas that measures it
const wrapped = (text, room) => {
  const wide = (line) => DRAWN * pen.measureText(plain(line)).width > room;
  const lines = [""];
  for (const piece of (text || "").split(/ (?=· |<span )/)) {
    const words = wide(piece) && !piece.includes("<") ? piece.split(" ") : [piece];
    for (const word of words) {
      const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (lines.at(-1) && wide(longer)) lines.push(word.replace(/^· /, ""));
      else lines[lines.length - 1] = longer;
    }
  }
  return lines;
};
const titled = (layout) => {
  const base = layout.template.layout;
  const fit = (part, font) => {
    if (!part?.text) return 0;
    pen.font = `${font.size}px ${font.family || base.font.family}`;
    const lines = wrapped(part.text, stage.clientWidth - 12);
    part.text = lines.join("<br>");
    return (lines.length - 1) * font.size * 1.35;
  };
  const title = layout.title && { ...layout.title, subtitle: { ...layout.title.subtitle } };
  if (!title) return {};
  const more = fit(title, base.title.font) + fit(title.subtitle, base.title.subtitle.font);
  return more ? { title, margin: { ...base.margin, ...layout.margin, t: (layout.margin?.t ?? base.margin.t) + more } } : {};
};

const paint = () => {
  const figure = read(null);
  if (!plotly || !figure || !figure.data || !stage.clientWidth) return;
  inkOn(figure);
  const layout = { ...figure.layout, ...titled(figure.layout), width: stage.clientWidth, height: stage.clientHeight, autosize: false };
  const config = { displayModeBar: false, responsive: false, doubleClick: "reset", scrollZoom: false };
  describe(figure.layout);
  stage.classList.toggle("empty", Boolean(figure.layout.meta && figure.layout.meta.empty));
  drawing = drawing
    .then(() => plotly.react(stage, figure.data, layout, config))
    .then(() => { if (!listening) listen(); })
    .catch((error) => { reading.textContent = "This plot could not be drawn."; console.error(error); });
};

let size = "";
let waiting = 0;
const refit = () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(paint);
};
new ResizeObserver(() => {
  const now = `${stage.clientWidth} ${stage.clientHeight}`;
  if (now === size) return;
  size = now;
  refit();
}).observe(stage);
new MutationObserver(refit).observe(document.body, { attributes: true, attributeFilter: ["class"] });
watch("value", paint);
paint();
