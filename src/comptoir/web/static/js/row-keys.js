// Arrows go from row to row of a list that is marked; Enter opens the row's link as any link, x ticks the row, / goes to
// the list's search.
addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-rowkeys]");
  if (!list || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const { target, key } = event;
  if (target.matches("input:not([type=checkbox]), select, textarea")) {
    if (key === "Escape" && target.matches("[data-search]")) target.blur();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (step) go(list, step, event);
  else if (key === "x") tick(target.closest("tr"), event);
  else if (key === "/") reach(document.querySelector("[data-search]"), event);
});

function go(list, step, event) {
  const stops = [...list.querySelectorAll("tbody tr")].map((row) => row.querySelector("a") ?? row.querySelector("button")).filter(Boolean);
  const here = document.activeElement.closest("tr")?.querySelector("a, button");
  const rank = stops.indexOf(stops.includes(document.activeElement) ? document.activeElement : here);
  const next = stops[rank < 0 ? 0 : rank + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

function tick(row, event) {
  const box = row?.querySelector("tbody input[type=checkbox]");
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
}

function reach(field, event) {
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-tick-all]")) return;
  for (const box of target.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = target.checked;
});
