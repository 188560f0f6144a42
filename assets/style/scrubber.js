// Time: runs in the browser with one request at a time. While one is under way only the last wish is remembered.
const slider = element.querySelector(".scrub-slider");
const play = element.querySelector(".scrub-play");
const nowButton = element.querySelector(".scrub-now");
const where = element.querySelector(".scrub-where");
const marks = element.querySelector(".scrub-marks");
const PACE = 320; // milliseconds a step is shown when played
const LONGEST = 90; // steps shown in one playing; of a longer session every second, third ... one
const PATIENCE = 8000;

let state = { step: 0, steps: 0, now: true, told: [], asked: [], where: "" };
let wish = null; // a step, or "now"
let busy = false;
let sent = 0; // the step that is under way
let release = 0;
let playing = 0;

const wordsFor = (step) => (step === 0 ? "Before anything was told" : `After step ${step.toLocaleString("en")} of ${state.steps.toLocaleString("en")}`);

const send = () => {
  if (busy || wish === null) return;
  const step = wish === "now" || wish >= state.steps ? null : wish;
  wish = null;
  if (step === (state.now ? null : state.step)) return;
  busy = true;
  sent = step ?? state.steps;
  clearTimeout(release);
  release = setTimeout(() => { busy = false; send(); }, PATIENCE); // an answer that never came
  trigger("seek", { step });
};
const go = (step) => {
  wish = step;
  send();
};

const pause = () => {
  clearTimeout(playing);
  playing = 0;
  play.textContent = "Play";
};
const stride = () => Math.max(1, Math.ceil(state.steps / LONGEST));
const forward = () => {
  if (!busy) {
    if (state.now) return pause();
    go(Math.min(state.step + stride(), state.steps));
  }
  playing = setTimeout(forward, PACE);
};
play.addEventListener("click", () => {
  if (playing) return pause();
  play.textContent = "Pause";
  if (state.now) go(0);
  playing = setTimeout(forward, PACE);
});
nowButton.addEventListener("click", () => { pause(); go("now"); });
slider.addEventListener("input", () => {
  pause();
  const step = Number(slider.value);
  where.textContent = step >= state.steps ? `Now: after ${state.steps.toLocaleString("en")} steps` : wordsFor(step);
  go(step);
});
document.addEventListener("palimpsest:step", (event) => {
  if (!element.isConnected || state.steps < 2) return;
  pause();
  const from = wish === "now" ? state.steps : wish ?? (busy ? sent : state.step);
  go(Math.max(0, Math.min(state.steps, from + event.detail)));
});
document.addEventListener("palimpsest:now", () => { pause(); go("now"); });

const mark = (className, step, colour) => {
  const node = make("i", className, className === "mark-asked" ? "?" : undefined);
  node.style.setProperty("--at", state.steps ? step / state.steps : 1);
  if (colour) node.style.setProperty("--chip", colour);
  return node;
};

const paint = () => {
  state = read(state);
  busy = false;
  clearTimeout(release);
  const idle = state.steps < 2;
  for (const control of [slider, play]) control.disabled = idle;
  nowButton.disabled = idle || state.now;
  element.querySelector(".scrubber").classList.toggle("idle", idle);
  element.querySelector(".scrubber").classList.toggle("past", !state.now);
  slider.max = Math.max(state.steps, 1);
  if (wish === null) slider.value = idle ? slider.max : state.step;
  slider.setAttribute("aria-valuetext", state.where);
  slider.title = idle ? state.where : "Left and right arrow keys go step by step";
  where.textContent = state.where;
  marks.replaceChildren(
    ...state.told.map((item) => mark("mark-told", item.step, item.colour)),
    ...state.asked.map((step) => mark("mark-asked", step))
  );
  if (idle) pause();
  send();
};
paint();
watch("value", paint);
