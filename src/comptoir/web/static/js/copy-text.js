// A text that is copied with one touch, and says so.
import { spoken } from "./spoken.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const words = button.lastChild;
    const before = words.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.text);
      words.textContent = spoken`Copiée`;
      setTimeout(() => (words.textContent = before), 2000);
    });
    this.hidden = !navigator.clipboard;
  }
}

customElements.define("copy-text", CopyText);
