// The first visit: each part of the frame that says what it is for (`data-visit`), one after the other, until one has enough.
import { spoken } from "./spoken.js";

class GuidedVisit extends HTMLElement {
  connectedCallback() {
    if (!new URLSearchParams(location.search).has("visite")) return;
    history.replaceState(null, "", location.pathname);
    this.stops = [...document.querySelectorAll("[data-visit]")].filter((part) => part.checkVisibility());
    if (!this.stops.length) return;
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.hidden = false;
    this.querySelector("[data-next]").addEventListener("click", () => this.#go(this.rank + 1), options);
    this.querySelector("[data-leave]").addEventListener("click", () => this.#go(this.stops.length), options);
    addEventListener("keydown", (event) => event.key === "Escape" && this.#go(this.stops.length), options);
    addEventListener("resize", () => this.#place(), options);
    this.#go(0);
  }

  disconnectedCallback() {
    this.on?.abort();
  }

  #go(rank) {
    this.stops[this.rank]?.classList.remove("is-visited");
    this.rank = rank;
    const stop = this.stops[rank];
    if (!stop) return this.#end();
    stop.classList.add("is-visited");
    this.querySelector("[data-words]").textContent = stop.dataset.visit;
    this.querySelector("[data-rank]").textContent = spoken`${rank + 1} sur ${this.stops.length}`;
    this.querySelector("[data-next]").textContent = rank + 1 < this.stops.length ? spoken`Suivant` : spoken`C’est parti`;
    this.#place();
    this.querySelector("[data-next]").focus();
  }

  #end() {
    this.hidden = true;
    this.on.abort();
  }

  // Beside what it speaks of: to its right where there is room, else above or below it.
  #place() {
    const { left, right, top, bottom } = this.stops[this.rank].getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: tall } = this;
    const isBeside = right + wide + 24 < innerWidth;
    const isAbove = bottom + tall + 24 > innerHeight;
    const x = isBeside ? right + 12 : Math.min(left, innerWidth - wide - 12);
    const y = isBeside ? Math.min(top, innerHeight - tall - 12) : isAbove ? top - tall - 12 : bottom + 12;
    this.style.translate = `${Math.max(12, x)}px ${Math.max(12, y)}px`;
  }
}

customElements.define("guided-visit", GuidedVisit);
