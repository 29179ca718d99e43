// The page's behaviours: each a small custom element, or one listener.
import "./live-stream.js";
import "./drop-zone.js";
import "./review-desk.js";
import "./letter-desk.js";
import "./command-palette.js";
import "./keyed-swap.js";
import "./row-keys.js";
import "./pass-key.js";
import "./print-page.js";
import "./page-desk.js";
import "./accent-field.js";
import "./copy-text.js";
import "./push-switch.js";
import "./waiting-files.js";
import "./pick-list.js";
import "./till-form.js";
import "./page-view.js";
import "./help-panel.js";
import "./guided-visit.js";
import "./drop-lines.js";
import "./item-rows.js";
import "./quick-replies.js";
import "./rich-text.js";
import "./message-draft.js";
import "./talk-desk.js";
import { spoken } from "./spoken.js";

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
