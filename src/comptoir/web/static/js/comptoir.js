// The page's behaviours: listeners that every page has, and custom elements, each fetched by the first page that holds one.
import "./keyed-swap.js";
import "./row-keys.js";
import { spoken } from "./spoken.js";

const ELEMENTS = {
  "accent-field": () => import("./accent-field.js"),
  "command-palette": () => import("./command-palette.js"),
  "copy-text": () => import("./copy-text.js"),
  "drop-lines": () => import("./drop-lines.js"),
  "drop-zone": () => import("./drop-zone.js"),
  "guided-visit": () => import("./guided-visit.js"),
  "help-panel": () => import("./help-panel.js"),
  "item-rows": () => import("./item-rows.js"),
  "letter-desk": () => import("./letter-desk.js"),
  "live-stream": () => import("./live-stream.js"),
  "message-draft": () => import("./message-draft.js"),
  "page-desk": () => import("./page-desk.js"),
  "page-view": () => import("./page-view.js"),
  "pass-key": () => import("./pass-key.js"),
  "pick-list": () => import("./pick-list.js"),
  "print-page": () => import("./print-page.js"),
  "push-switch": () => import("./push-switch.js"),
  "quick-replies": () => import("./quick-replies.js"),
  "review-desk": () => import("./review-desk.js"),
  "rich-text": () => import("./rich-text.js"),
  "talk-desk": () => import("./talk-desk.js"),
  "till-form": () => import("./till-form.js"),
  "waiting-files": () => import("./waiting-files.js"),
};

function fetchElements() {
  for (const { localName } of document.querySelectorAll(":not(:defined)")) ELEMENTS[localName]?.();
}
fetchElements();
document.addEventListener("htmx:load", fetchElements); // what htmx puts in may be the first of its kind

// A refused form is answered by its page: the address becomes the page's own, so that a reload sends nothing twice.
const canonical = document.querySelector("link[rel=canonical]");
if (canonical && new URL(canonical.href).pathname !== location.pathname) history.replaceState(null, "", canonical.href);

// What was asked for from the keyboard is where the keyboard goes on.
document.addEventListener("htmx:afterSettle", ({ detail }) => detail.elt.querySelector?.("[data-takes-focus] input")?.focus());

// What cannot be undone asks first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]") && event.target.files?.length !== 0) event.target.form.submit();
});

// An act that the server refuses without a page of its own is never silent: its sentence comes where notices come.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.requestConfig.verb === "get" || detail.xhr.status === 422) return;
  const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  say(page.querySelector("main p")?.textContent ?? spoken`Quelque chose s’est mal passé. Rechargez la page, puis recommencez.`);
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.requestConfig.verb !== "get") say(spoken`La connexion manque : rien n’est parti. Recommencez dans un instant.`);
});

function say(sentence) {
  const notice = Object.assign(document.createElement("p"), { className: "notice error", textContent: sentence });
  const notices = document.querySelector(".notices");
  notices?.replaceChildren(notice);
  notices?.scrollIntoView({ block: "center" });
}
