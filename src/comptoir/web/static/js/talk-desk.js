// An open conversation: begins at its end, stays there while messages come, and says what was really seen.
const NEAR = 120;

class TalkDesk extends HTMLElement {
  connectedCallback() {
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.seen = this.#last();
    if (!/[?&](avant|autour)=/.test(location.search)) this.#toEnd();
    this.addEventListener("htmx:beforeSwap", () => (this.wasAtEnd = this.#isAtEnd()), options);
    document.addEventListener("htmx:afterSettle", ({ detail }) => detail.target.id === "thread" && this.#came(), options);
    document.addEventListener("visibilitychange", () => this.#tell(), options);
  }

  disconnectedCallback() {
    this.on.abort();
  }

  // On a phone the page itself scrolls, and goes on below the writing field.
  get #isOwn() {
    return getComputedStyle(this).overflowY !== "visible";
  }

  #isAtEnd() {
    if (!this.#isOwn) return this.getBoundingClientRect().bottom - innerHeight < NEAR;
    return this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
  }

  #toEnd() {
    requestAnimationFrame(() => {
      if (this.#isOwn) this.scrollTop = this.scrollHeight;
      else this.parentElement.scrollIntoView({ block: "end" });
    });
  }

  #came() {
    if (this.wasAtEnd) this.#toEnd();
    this.#tell();
  }

  #last() {
    return Number(this.querySelector("#thread")?.lastElementChild?.dataset.rank ?? 0);
  }

  #tell() {
    const rank = this.#last();
    if (document.hidden || rank <= this.seen || !this.dataset.read) return;
    this.seen = rank;
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    fetch(this.dataset.read, { method: "POST", body: new URLSearchParams({ rank }), headers: { "X-CSRFToken": token } }).catch(() => (this.seen = 0));
  }
}

customElements.define("talk-desk", TalkDesk);
