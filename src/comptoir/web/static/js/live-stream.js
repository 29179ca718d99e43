// Listens to the server's stream and tells the page which lists changed: `live:missing`, `live:documents`…
const TOPICS = ["missing", "requests", "documents", "production", "inbox", "bank", "ebics", "portfolio", "people", "folders", "messages", "notices"];
const PATIENCE = 5000;

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.#isFirst = true;
    this.source = new EventSource(this.getAttribute("src"));
    for (const topic of TOPICS) this.source.addEventListener(topic, () => this.#tell(topic));
    // The person may no longer see this: the page asked again is not there, and nothing of it stays on the screen.
    // Who takes their own place away is being led elsewhere by that very act: asking again would cut them off.
    this.source.addEventListener("gone", () => setTimeout(() => location.reload(), this.#isLeaving ? PATIENCE : 0));
    addEventListener("beforeunload", this.#leave);
    // What happened while the line was cut is not known: look at everything again, but not on the first opening.
    this.source.addEventListener("resync", () => {
      if (!this.#isFirst) TOPICS.forEach((topic) => this.#tell(topic));
      this.#isFirst = false;
      this.dataset.open = "";
    });
  }

  disconnectedCallback() {
    this.source.close();
    removeEventListener("beforeunload", this.#leave);
  }

  #isFirst = true;
  #isLeaving = false;

  // A download begins like a departure: the page that stays is a page again after a while.
  #leave = () => {
    this.#isLeaving = true;
    setTimeout(() => (this.#isLeaving = false), PATIENCE);
  };

  #tell(topic) {
    document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
  }
}

customElements.define("live-stream", LiveStream);
