// A colour beside its written form: either changes the other, and what can be read on it is judged while one chooses.
import { spoken } from "./spoken.js";

const READABLE = 4.5;

class AccentField extends HTMLElement {
  connectedCallback() {
    this.written = this.querySelector("input[type=text]");
    this.told = this.querySelector("[data-told]");
    this.sample = this.querySelector("[data-sample]");
    this.picker = Object.assign(document.createElement("input"), { type: "color" });
    this.picker.setAttribute("aria-label", spoken`Choisir la couleur`);
    this.written.before(this.picker);
    this.picker.addEventListener("input", () => this.#take(this.picker.value, this.picker));
    this.written.addEventListener("input", () => this.#take(this.written.value.trim().toLowerCase(), this.written));
    this.#take(this.written.value.trim().toLowerCase(), this.written);
  }

  #take(colour, from) {
    const isColour = /^#[0-9a-f]{6}$/.test(colour);
    const shown = isColour ? colour : this.dataset.first;
    if (from === this.picker) this.written.value = colour;
    else this.picker.value = shown;
    this.sample.hidden = false;
    this.sample.style.backgroundColor = shown;
    this.told.textContent = colour === "" || isColour ? this.#judged(shown) : spoken`De la forme #1f5641.`;
  }

  #judged(colour) {
    const found = 1.05 / (luminance(colour) + 0.05);
    const said = (Math.floor(found * 10) / 10).toFixed(1).replace(".", ",");
    return found >= READABLE
      ? spoken`Contraste ${said} : un texte blanc s’y lit.`
      : spoken`Contraste ${said} : trop claire pour un texte blanc, il faut 4,5.`;
  }
}

// How light a colour looks (WCAG 2.2, relative luminance).
function luminance(colour) {
  const parts = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16) / 255);
  const linear = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

customElements.define("accent-field", AccentField);
