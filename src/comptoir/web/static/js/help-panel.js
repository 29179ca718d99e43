// The "?": articles for this screen, read beside it. Without script, the same address is the help's home.
import { spoken } from "./spoken.js";

class HelpPanel extends HTMLElement {
  connectedCallback() {
    [this.opener, this.drawer, this.input, this.body] = [".help-open", "dialog", "input", ".help-body"].map((part) => this.querySelector(part));
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.opener.addEventListener("click", (event) => this.#open(event), options);
    this.addEventListener("click", (event) => this.#click(event), options);
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.drawer.open && this.#close(), options);
    this.input.addEventListener("input", () => this.#soon(), options);
  }

  disconnectedCallback() {
    this.on.abort();
    clearTimeout(this.timer);
  }

  #open(event) {
    if (event.ctrlKey || event.metaKey || event.button) return;
    event.preventDefault();
    if (this.drawer.open) return this.#close();
    this.drawer.show(); // not modal: one follows the steps while one reads them
    this.#list();
    if (matchMedia("(hover: hover)").matches) this.input.focus();
    else this.body.focus();
  }

  #close() {
    this.drawer.close();
    this.opener.focus();
  }

  #click(event) {
    if (event.target.closest("[data-close]")) return this.#close();
    if (event.target.closest("[data-back]")) return this.body.focus(), this.#list(); // the button goes: what it had is not lost
    const link = event.target.closest(".help-body a");
    if (!link || link.origin !== location.origin || !link.pathname.startsWith("/aide/") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#show(link.href, true);
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#list(), 150);
  }

  #list() {
    const asked = this.input.value.trim();
    return this.#show(`${this.dataset.panel}&q=${encodeURIComponent(asked)}`, false);
  }

  async #show(address, isArticle) {
    const turn = (this.turn = Symbol(address));
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== this.turn) return; // a later answer is there already
    if (answer?.ok) this.body.innerHTML = await answer.text();
    else this.body.textContent = spoken`L’aide ne répond pas : réessayez dans un instant.`;
    this.querySelector("[data-back]").hidden = !isArticle;
    this.body.scrollTop = 0;
    if (isArticle) this.body.focus();
  }
}

customElements.define("help-panel", HelpPanel);
