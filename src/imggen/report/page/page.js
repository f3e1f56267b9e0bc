"use strict";
const root = document.documentElement;
document.getElementById("theme").onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
};
const grid = document.getElementById("grid");
if (grid) {
  const views = [...grid.children], find = document.getElementById("find"), sort = document.getElementById("sort");
  const said = document.getElementById("said");
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const view of views) {
      const text = view.dataset.traits;
      view.hidden = !words.every((word) => text.includes(word));
      left += !view.hidden;
    }
    said.textContent = left + " of " + views.length + " shown";
  };
  const order = () => {
    const key = sort.value, sign = key === "rarity" ? -1 : 1;
    grid.append(...views.sort((a, b) => sign * (a.dataset[key] - b.dataset[key]) || a.dataset.index - b.dataset.index));
  };
  find.oninput = filter;
  sort.onchange = order;
  for (const box of document.querySelectorAll("[data-show]")) {
    const show = () => grid.classList.toggle(box.dataset.show, box.checked);
    box.onchange = show;
    show();
  }
  filter();
}
