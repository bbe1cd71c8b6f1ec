// Boxes that open: Escape or a click elsewhere closes them. A page that shows progress looks again by itself.
document.addEventListener("click", (event) => {
  for (const box of document.querySelectorAll("details.k-pop[open]")) {
    if (!box.contains(event.target)) box.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const box of document.querySelectorAll("details.k-pop[open]")) {
    box.open = false;
    box.querySelector("summary").focus();
  }
});

// A box near the right edge of a phone opens to the other side.
document.addEventListener(
  "toggle",
  (event) => {
    const box = event.target.matches?.("details.k-help") && event.target.open && event.target.querySelector(".k-pop-box");
    if (!box) return;
    box.style.removeProperty("translate");
    const { left } = box.getBoundingClientRect();
    if (left < 8) box.style.setProperty("translate", `${8 - left}px 0`);
  },
  true,
);

const waiting = document.querySelector("[data-refresh]");
if (waiting) {
  setTimeout(() => {
    if (!document.querySelector("details[open], :focus:is(input, select)")) location.reload();
  }, Number(waiting.dataset.refresh) * 1000);
}
