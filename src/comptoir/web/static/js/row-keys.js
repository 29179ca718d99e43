// Arrows go from row to row of a list that is marked; Enter opens the row's link as any link.
addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = document.querySelector("[data-rowkeys]");
  if (!step || !list || event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  const links = [...list.querySelectorAll("tbody tr")].map((row) => row.querySelector("a"));
  const rank = links.indexOf(document.activeElement);
  const next = links[rank < 0 ? 0 : rank + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
});
