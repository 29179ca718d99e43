// Review by keyboard: Enter accepts, Tab goes through doubtful values, e edits, x sets aside, arrows change piece.
class ReviewDesk extends HTMLElement {
  connectedCallback() {
    this.on = new AbortController();
    addEventListener("keydown", (event) => this.#key(event), { signal: this.on.signal });
    this.addEventListener("focusin", (event) => this.#point(event.target.dataset.field));
    this.querySelector("input.doubt")?.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape") document.activeElement.blur();
    else if (isTyping) return;
    else if (event.key === "Enter" && !event.target.matches("a, button, summary")) this.#press(event, "#posting [data-key=Enter]");
    else if (event.key === "Tab") this.#doubtful(event);
    else if (event.key === "e") this.#focus(event, "[name=account]");
    else if (event.key === "x") this.#focus(event, "[data-reason]");
    else if (event.key.startsWith("Arrow")) document.querySelector(`a[data-key=${event.key}]`)?.click();
  }

  #press(event, selector) {
    event.preventDefault();
    this.querySelector(selector)?.click();
  }

  #focus(event, selector) {
    event.preventDefault();
    this.querySelector(selector)?.focus();
  }

  #doubtful(event) {
    const first = this.querySelector("input.doubt");
    if (!first || event.shiftKey) return;
    event.preventDefault();
    first.focus();
  }

  #point(field) {
    this.querySelectorAll("rect.is-pointed").forEach((rect) => rect.classList.remove("is-pointed"));
    this.querySelector(`rect[data-field="${field}"]`)?.classList.add("is-pointed");
  }
}

customElements.define("review-desk", ReviewDesk);
