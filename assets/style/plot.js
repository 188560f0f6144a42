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
    if (trace.type === "scatter") trace.line = { ...trace.line, color: ink };
  }
  return figure;
};

const contextOf = (point) => {
  const data = point.customdata?.length ? point.customdata[0] : point.customdata; // an array, typed or plain
  return Number.isInteger(data) && data >= 0 ? data : null;
};

const listen = () => {
  listening = true;
  stage.on("plotly_click", (event) => {
    clicked = true;
    trigger("pick", { context: contextOf(event.points[0]) });
  });
  // A click that met no point clears the selection.
  stage.addEventListener("click", (event) => {
    if (!clicked && event.target.closest(".draglayer, .main-svg")) trigger("pick", { context: null });
    clicked = false;
  });
};

const paint = () => {
  const figure = read(null);
  if (!plotly || !figure || !figure.data || !stage.clientWidth) return;
  inkOn(figure);
  const layout = { ...figure.layout, width: stage.clientWidth, height: stage.clientHeight, autosize: false };
  const config = { displayModeBar: false, responsive: false, doubleClick: "reset", scrollZoom: false };
  reading.textContent = (figure.layout.meta && figure.layout.meta.how_to_read) || "";
  stage.classList.toggle("empty", Boolean(figure.layout.meta && figure.layout.meta.empty));
  drawing = drawing
    .then(() => plotly.react(stage, figure.data, layout, config))
    .then(() => { if (!listening) listen(); })
    .catch((error) => { reading.textContent = "This plot could not be drawn."; console.error(error); });
};

let width = 0;
let waiting = 0;
const refit = () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(paint);
};
new ResizeObserver(() => {
  if (stage.clientWidth === width) return;
  width = stage.clientWidth;
  refit();
}).observe(stage);
new MutationObserver(refit).observe(document.body, { attributes: true, attributeFilter: ["class"] });
watch("value", paint);
paint();
