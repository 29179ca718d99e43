// Photos that this phone has not sent yet: they leave when any page of the space is opened, and their number is shown.
import * as outbox from "./outbox.js";
import { badge, sendAll } from "./phone/queue.js";

class WaitingFiles extends HTMLElement {
  async connectedCallback() {
    if ((await this.#count()) && navigator.onLine) {
      await sendAll(this.dataset.person, () => this.#count());
      await this.#count();
    }
  }

  async #count() {
    const waiting = (await outbox.waiting(this.dataset.person)).filter(({ way }) => way === "phone");
    this.hidden = !waiting.length;
    this.className = "count";
    this.textContent = waiting.length;
    badge(waiting.length);
    return waiting.length;
  }
}

customElements.define("waiting-files", WaitingFiles);
