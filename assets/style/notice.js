// The page's one message: good news leaves by itself, bad news stays until it is read.
const box = element.querySelector(".notice");
let timer = null;
const hide = () => { box.hidden = true; };
const paint = () => {
  const value = read(null);
  if (!value || !value.text) return hide();
  box.replaceChildren(make("span", "notice-text", value.text));
  box.dataset.tone = value.tone;
  box.setAttribute("role", value.tone === "bad" ? "alert" : "status");
  // what was refused leaves all values as they are: buttons that wait for their result draw themselves again
  if (value.tone === "bad") document.dispatchEvent(new Event("palimpsest:refused"));
  const close = make("button", "notice-close", "Close");
  close.type = "button";
  close.addEventListener("click", hide);
  box.append(close);
  box.hidden = false;
  clearTimeout(timer);
  if (value.tone === "good" || value.tone === "quiet") timer = setTimeout(hide, 6000);
};
watch("value", paint);
