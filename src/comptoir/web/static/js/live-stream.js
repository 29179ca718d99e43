// Listens to the server's stream and tells the page which lists changed: `live:missing`, `live:documents`…
const TOPICS = ["missing", "requests", "documents", "production", "inbox", "bank", "ebics", "portfolio", "people", "folders", "messages", "notices", "takeout"];
const PATIENCE = 5000;
const LONGEST = 60000;

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.#listen();
    addEventListener("beforeunload", this.#leave);
  }

  // A browser gives up for good where the server answers that it cannot: asked again, less and less often.
  #listen() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("error", () => {
      if (this.source.readyState !== EventSource.CLOSED) return;
      this.timer = setTimeout(() => this.#listen(), this.#patience);
      this.#patience = Math.min(this.#patience * 2, LONGEST);
    });
    for (const topic of TOPICS) this.source.addEventListener(topic, () => this.#tell(topic));
    // The person may no longer see this: the page asked again is not there, and nothing of it stays on the screen.
    // Who takes their own place away is being led elsewhere by that very act: asking again would cut them off.
    this.source.addEventListener("gone", () => setTimeout(() => location.reload(), this.#isLeaving ? PATIENCE : 0));
    // What was announced since the page began, or while the line was cut, is no longer known: look at everything again.
    this.source.addEventListener("resync", () => TOPICS.forEach((topic) => this.#tell(topic)));
    this.source.addEventListener("open", () => {
      this.#patience = PATIENCE;
      this.dataset.open = "";
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.source.close();
    removeEventListener("beforeunload", this.#leave);
  }

  #patience = PATIENCE;
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
