// An htmx swap that keeps what did not change: children are known by data-key, so an open form keeps its text, its
// file and its focus while lines come and go around it. A line that asked for the swap itself shows what became of it.
const register = () => window.htmx?.defineExtension("keyed", {
  isInlineSwap: (style) => style === "keyed",
  handleSwap(style, target, fragment) {
    if (style !== "keyed") return false;
    const fresh = fragment.firstElementChild;
    if (!fresh?.id) return false;
    const focus = remembered(target);
    merge(target, fresh);
    focus();
    return [target];
  },
});

let acting = null;
const STOPS = "a, button, input, select, summary";

// A line that moved or was made again keeps the keyboard where it was.
function remembered(target) {
  const active = document.activeElement;
  const line = target.contains(active) && active.closest("[data-key]");
  if (!line) return () => {};
  const rank = [...line.querySelectorAll(STOPS)].indexOf(active);
  return () => {
    if (document.activeElement === active) return;
    const now = target.querySelector(`[data-key="${CSS.escape(line.dataset.key)}"]`);
    (active.isConnected ? active : now?.querySelectorAll(STOPS)[rank])?.focus({ preventScroll: true });
  };
}

function merge(old, fresh) {
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  let place = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const before = known.get(child.dataset.key);
    known.delete(child.dataset.key);
    let kept = before ?? child;
    if (before && (before.tagName === "UL" || "merge" in before.dataset)) merge(before, child);
    else if (before && before.dataset.version !== child.dataset.version && (before === acting || !before.querySelector("details[open]"))) {
      carry(before, child);
      before.replaceWith(child);
      kept = child;
      if (place === before) place = child;
    }
    if (kept === place) place = place.nextElementSibling;
    else old.insertBefore(kept, place);
    if (kept === child) arrive(child);
  }
  for (const gone of known.values()) leave(gone);
}

// What was ticked stays ticked, what was open stays open.
function carry(before, child) {
  if (before.querySelector(":scope > details[open]")) child.querySelector(":scope > details")?.setAttribute("open", "");
  for (const box of before.querySelectorAll("input[type=checkbox][value]:checked")) {
    const same = child.querySelector(`input[type=checkbox][value="${CSS.escape(box.value)}"]`);
    if (same) same.checked = true;
  }
}

function arrive(child) {
  window.htmx.process(child);
  child.querySelectorAll("[data-leaves]").forEach(stay);
  if (child.dataset.leaves) stay(child);
}

// A line that left says why for five seconds, longer while it is looked at, then closes.
function stay(line) {
  setTimeout(function again() {
    if (line.matches(":hover, :focus-within")) setTimeout(again, 1000);
    else leave(line);
  }, Number(line.dataset.leaves));
}

function leave(line) {
  line.style.height = `${line.offsetHeight}px`;
  requestAnimationFrame(() => {
    line.style.height = "";
    line.classList.add("is-going");
  });
  setTimeout(() => line.remove(), 200);
}

if (window.htmx) register();
else addEventListener("DOMContentLoaded", register);
addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-leaves]").forEach(stay));

document.addEventListener("htmx:beforeSwap", ({ detail: { requestConfig } }) => {
  acting = requestConfig.verb === "get" ? null : requestConfig.elt.closest("li[data-key]");
});

// A refusal is shown where the person is, and nothing on the page is lost.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 422) return;
  const body = detail.requestConfig.elt.closest(".body");
  if (body) body.querySelector(".said").innerHTML = detail.xhr.responseText;
});
