// Ctrl/⌘ K goes anywhere; ? shows the keys of this page: those its foot names, and the ones that work everywhere.
class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.palette = this.querySelector("[data-palette]");
    this.shortcuts = this.querySelector("[data-shortcuts]");
    this.input = this.querySelector("input");
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    addEventListener("keydown", (event) => this.#key(event), options);
    document.addEventListener("click", (event) => event.target.closest("[data-open-palette]") && this.#open(), options);
    document.addEventListener("click", (event) => event.target.closest("[data-open-shortcuts]") && this.#help(), options);
    this.palette.addEventListener("keydown", (event) => this.#choose(event), options);
    for (const dialog of [this.palette, this.shortcuts]) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), options);
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #key(event) {
    const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") this.#open(event);
    else if (event.key === "?" && !isTyping) this.#help(event);
  }

  #open(event) {
    event?.preventDefault();
    if (this.palette.open) return;
    this.input.value = "";
    this.palette.showModal();
    window.htmx.trigger(this.input, "opened");
  }

  #help(event) {
    event?.preventDefault();
    const everywhere = [...this.shortcuts.querySelectorAll("ul:not([data-here]) li")].map(keysOf);
    const here = [...document.querySelectorAll(".keys > span")].filter((key) => !everywhere.includes(keysOf(key)));
    const keys = here.map((key) => `<li>${key.innerHTML}</li>`);
    this.shortcuts.querySelector("[data-here]").innerHTML = keys.join("");
    if (!this.shortcuts.open) this.shortcuts.showModal();
  }

  #choose(event) {
    const links = [...this.palette.querySelectorAll("a")];
    const rank = links.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === this.input) {
      event.preventDefault();
      links[0]?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      (links[rank + (event.key === "ArrowDown" ? 1 : -1)] ?? this.input).focus();
    }
  }
}

// Which keys a line is about, whatever it says of them.
function keysOf(line) {
  return [...line.querySelectorAll("kbd")].map((key) => key.textContent).join(" ");
}

customElements.define("command-palette", CommandPalette);
