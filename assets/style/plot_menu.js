// The quiet menu of a plot: full screen, and save as a picture (made here) or as a page or table (made by the server).
const figureNode = element.querySelector(".plot");
const wholeButton = element.querySelector(".plot-whole");
const saveButton = element.querySelector(".plot-save");
const formats = element.querySelector(".plot-formats");

const isWhole = () => figureNode.classList.contains("whole");
const setWhole = (whole) => {
  figureNode.classList.toggle("whole", whole);
  document.body.classList.toggle("plot-is-whole", whole);
  wholeButton.textContent = whole ? "Leave full screen" : "Full screen";
};
const leaveWhole = () => {
  if (document.fullscreenElement === figureNode) document.exitFullscreen();
  setWhole(false);
};
// Where the browser has no full screen for parts of a page (phones), the figure covers the page instead.
const enterWhole = () => {
  setWhole(true);
  figureNode.requestFullscreen?.().catch(() => {});
};
wholeButton.addEventListener("click", () => (isWhole() ? leaveWhole() : enterWhole()));
figureNode.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement !== figureNode) setWhole(false);
});
figureNode.addEventListener("palimpsest:whole", () => wholeButton.click());

const showFormats = (shown) => {
  formats.hidden = !shown;
  saveButton.setAttribute("aria-expanded", String(shown));
};
saveButton.addEventListener("click", () => showFormats(formats.hidden));
figureNode.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!formats.hidden) {
    showFormats(false);
    saveButton.focus();
    event.stopPropagation();
  } else if (isWhole()) {
    leaveWhole();
    event.stopPropagation();
  }
});

// A picture on paper: on the page itself the plot's own paper is transparent.
const savePicture = async (format) => {
  const stage = element.querySelector(".plot-stage");
  const paper = getComputedStyle(element).getPropertyValue("--paper").trim();
  const picture = { data: stage.data, layout: { ...stage.layout, paper_bgcolor: paper } };
  const size = { width: stage.clientWidth, height: stage.clientHeight };
  const address = await window.palimpsestPlotly.toImage(picture, { format, scale: format === "png" ? 2 : 1, ...size });
  const link = make("a");
  link.href = address;
  link.download = `palimpsest-${figureNode.dataset.name}.${format}`;
  link.click();
};
formats.addEventListener("click", (event) => {
  const format = event.target.dataset?.format;
  if (format === "png" || format === "svg") {
    savePicture(format).catch((error) => {
      console.warn(error);
      trigger("save", { format: "failed" });
    });
  } else if (format) trigger("save", { format });
});
