// A file dropped on a line is for that line: its own form takes it, as if it had been chosen there.
class DropLines extends HTMLElement {
  connectedCallback() {
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.addEventListener("dragover", (event) => this.#over(event), options);
    this.addEventListener("dragleave", () => this.#mark(null), options);
    this.addEventListener("drop", (event) => this.#drop(event), options);
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #over(event) {
    const line = this.#line(event);
    this.#mark(line);
    if (line) event.preventDefault();
  }

  #drop(event) {
    const line = this.#line(event);
    this.#mark(null);
    if (!line) return;
    event.preventDefault();
    event.stopPropagation();
    line.querySelector("details")?.setAttribute("open", "");
    const input = line.querySelector("[data-drop]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #line(event) {
    if (!event.dataTransfer?.types.includes("Files")) return null;
    const line = event.target.closest("li");
    return line?.querySelector("[data-drop]") ? line : null;
  }

  #mark(line) {
    this.querySelector(".is-aimed")?.classList.remove("is-aimed");
    line?.classList.add("is-aimed");
  }
}

customElements.define("drop-lines", DropLines);
