// A Z de caisse while it is typed: what the sales make, what was taken, and what is between them.
import { spoken } from "./spoken.js";

class TillForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.#sum());
    this.#sum();
  }

  #sum() {
    const [sales, takings] = ["[data-sale]", "[data-taking]"].map((fields) => [...this.querySelectorAll(fields)].reduce((sum, { value }) => sum + inCents(value), 0));
    const gap = takings - sales;
    this.#one('[data-sum="sale"]').textContent = euros(sales);
    this.#one('[data-sum="taking"]').textContent = euros(takings);
    this.#one("[data-gap]").textContent = euros(gap);
    this.#one("[data-gap-word]").textContent = gap ? (gap > 0 ? spoken`De trop` : spoken`Il manque`) : sales ? spoken`Tout concorde` : spoken`Écart`;
    this.toggleAttribute("data-agrees", Boolean(sales) && !gap);
    this.toggleAttribute("data-differs", Boolean(takings) && Boolean(gap));
  }

  #one(selector) {
    return this.querySelector(selector);
  }
}

// In whole cents: sums of fractions would drift.
function inCents(text) {
  const plain = text.replace(/[\s\u202f€]/g, "").replace(",", ".");
  return /^\d{1,9}(\.\d{0,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

const euros = (cents) => (cents / 100).toLocaleString("fr", { style: "currency", currency: "EUR" });

customElements.define("till-form", TillForm);
