// A sheet with the forms of export. A link is shown to be copied; files come through the page's hidden button.
const sheet = element.querySelector(".export-sheet");
const box = element.querySelector(".export-link");
const address = element.querySelector(".export-address");
element.querySelector(".export-open").addEventListener("click", () => { box.hidden = true; sheet.showModal(); });
element.querySelector(".export-close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) return sheet.close();
  const form = event.target.dataset?.form;
  if (!form) return;
  if (form === "link") return trigger("link", {});
  sheet.close();
  trigger("save", { form });
});
element.querySelector(".export-copy").addEventListener("click", async (event) => {
  address.select();
  try {
    await navigator.clipboard.writeText(address.value);
    event.target.textContent = "Copied";
  } catch {
    event.target.textContent = "Copy it with Ctrl+C";
  }
});
const paint = () => {
  const { link } = read({ link: "" });
  if (!link) return;
  address.value = `${location.origin}${location.pathname}?session=${encodeURIComponent(link)}`;
  element.querySelector(".export-copy").textContent = "Copy";
  box.hidden = false;
  address.focus();
  address.select();
};
watch("value", paint);
