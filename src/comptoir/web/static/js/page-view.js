// A page looked at closely: larger by steps, and moved by dragging the picture.
const STEPS = ["", "150", "200", "300"];

class PageView extends HTMLElement {
  connectedCallback() {
    this.sheet = this.querySelector(".page-scroll");
    this.level = 0;
    this.on = new AbortController();
    const { signal } = this.on;
    for (const [name, step] of [["in", 1], ["out", -1]]) this.#button(name)?.addEventListener("click", () => this.#zoom(step), { signal });
    this.sheet.addEventListener("dblclick", (event) => event.target.closest("text") || this.#zoom(this.level ? -this.level : 2), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #button(name) {
    return this.querySelector(`[data-zoom-${name}]`);
  }

  #zoom(step) {
    const { scrollWidth, scrollHeight, scrollLeft, scrollTop, clientWidth, clientHeight } = this.sheet;
    const middle = [(scrollLeft + clientWidth / 2) / scrollWidth, (scrollTop + clientHeight / 2) / scrollHeight];
    this.level = Math.max(0, Math.min(STEPS.length - 1, this.level + step));
    this.#show();
    // What was in the middle stays there.
    this.sheet.scrollTo(middle[0] * this.sheet.scrollWidth - clientWidth / 2, middle[1] * this.sheet.scrollHeight - clientHeight / 2);
  }

  #show() {
    if (STEPS[this.level]) this.sheet.dataset.zoom = STEPS[this.level];
    else delete this.sheet.dataset.zoom;
    this.#button("in").disabled = this.level === STEPS.length - 1;
    this.#button("out").disabled = !this.level;
  }
}

customElements.define("page-view", PageView);
