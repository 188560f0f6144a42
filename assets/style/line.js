// One line of text with a tone and, while something runs, a bar.
const paint = () => {
  const value = read({ text: "", tone: "quiet", share: null });
  const line = element.querySelector(".line");
  line.textContent = value.text;
  line.dataset.tone = value.tone;
  line.style.setProperty("--share", value.share ?? 0);
  line.classList.toggle("running", value.share !== null);
};
paint();
watch("value", paint);
