// What every page listens to. A custom element brings its own module (`{% script %}`).
import "./keyed-swap.js";
import "./row-keys.js";
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

// A file chosen before the page listened is taken once it does; one that the browser puts back by itself was taken then.
addEventListener("DOMContentLoaded", () => {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  for (const input of document.querySelectorAll("[hx-trigger=change] input[type=file], input[type=file][data-submit-on-change]")) {
    if (input.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
  }
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
