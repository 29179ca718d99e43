// A button that prints the page; without a script, the browser's own menu does.
class PrintPage extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", this.#print);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#print);
  }

  #print = () => window.print();
}

customElements.define("print-page", PrintPage);
