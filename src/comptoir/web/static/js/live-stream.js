// Listens to the server's stream and tells the page which lists changed: `live:missing`, `live:documents`…
const TOPICS = ["missing", "requests", "documents", "production", "inbox", "bank", "ebics", "portfolio", "people", "folders", "messages", "notices"];

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.#isFirst = true;
    this.source = new EventSource(this.getAttribute("src"));
    for (const topic of TOPICS) this.source.addEventListener(topic, () => this.#tell(topic));
    // The person may no longer see this: the page asked again is not there, and nothing of it stays on the screen.
    this.source.addEventListener("gone", () => location.reload());
    // What happened while the line was cut is not known: look at everything again, but not on the first opening.
    this.source.addEventListener("resync", () => {
      if (!this.#isFirst) TOPICS.forEach((topic) => this.#tell(topic));
      this.#isFirst = false;
      this.dataset.open = "";
    });
  }

  disconnectedCallback() {
    this.source.close();
  }

  #isFirst = true;

  #tell(topic) {
    document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
  }
}

customElements.define("live-stream", LiveStream);
