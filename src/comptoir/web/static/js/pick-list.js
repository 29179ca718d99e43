// Rows that are ticked, for one act on all of them: how many, all at once, and kept while the list changes live.
import { plural, spoken } from "./spoken.js";

class PickList extends HTMLElement {
  connectedCallback() {
    this.on = new AbortController();
    const { signal } = this.on;
    this.picked = new Set();
    document.addEventListener("change", ({ target }) => this.#changed(target), { signal });
    document.addEventListener("htmx:afterSettle", () => this.#restore(), { signal });
    addEventListener("pageshow", () => this.#read(), { signal });
    this.#read();
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #changed(target) {
    if (target.matches("[data-pick-all]")) for (const box of boxes()) box.checked = target.checked;
    else if (!target.matches("[data-pick]")) return;
    this.#read();
  }

  // The same rows, drawn again by the server, are ticked again.
  #restore() {
    for (const box of boxes()) box.checked = this.picked.has(box.value);
    this.#read();
  }

  #read() {
    this.picked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    const s = plural(this.picked.size);
    this.hidden = !this.picked.size;
    this.querySelector("[data-picked]").textContent = spoken`${this.picked.size} pièce${s}`;
  }
}

const boxes = () => [...document.querySelectorAll("[data-pick]")];

customElements.define("pick-list", PickList);
