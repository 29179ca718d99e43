// A textarea that writes bold, italic, lists and links, and nothing else; without this script it is a textarea.
import { spoken } from "./spoken.js";

const TOOLS = [
  ["bold", spoken`Gras`, "G"],
  ["italic", spoken`Italique`, "I"],
  ["insertUnorderedList", spoken`Liste`, "•"],
  ["insertOrderedList", spoken`Liste numérotée`, "1."],
  ["createLink", spoken`Lien`, spoken`Lien`],
];

class RichText extends HTMLElement {
  connectedCallback() {
    if (this.editor) return;
    this.plain = this.querySelector("textarea");
    this.editor = Object.assign(document.createElement("div"), { className: "field rich", contentEditable: "true", dir: "auto" });
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-label", this.plain.ariaLabel], ["data-placeholder", this.plain.placeholder]]) {
      this.editor.setAttribute(name, value);
    }
    this.editor.append(this.querySelector("template").content.cloneNode(true));
    const { value, defaultValue } = this.plain;
    if (value !== defaultValue) this.editor.innerText = value; // typed while this was on its way
    this.typed = value.startsWith(defaultValue) ? value.slice(defaultValue.length) : value;
    const isWritten = document.activeElement === this.plain;
    this.sent = Object.assign(document.createElement("input"), { type: "hidden", name: "html" });
    this.plain.replaceWith(this.#tools(), this.editor, this.sent);
    // Once begun, its tools stay: on a phone they would move the buttons below while one of them is being touched.
    this.editor.addEventListener("focus", () => this.classList.add("is-begun"), { once: true });
    if (isWritten) this.#goOn();
    this.#say();
    this.editor.addEventListener("input", () => this.#say());
    this.editor.addEventListener("paste", (event) => this.#paste(event));
    this.editor.addEventListener("keydown", (event) => this.#key(event));
    this.editor.addEventListener("drop", (event) => event.dataTransfer.types.includes("text/html") && event.preventDefault());
  }

  get isEmpty() {
    return !this.editor.textContent.trim();
  }

  put(html, more = "") {
    this.editor.innerHTML = html;
    this.editor.append(more);
    if (document.activeElement === this.editor) this.#goOn();
    this.editor.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #say() {
    this.classList.toggle("is-empty", this.isEmpty && !this.editor.querySelector("li"));
    this.sent.value = this.isEmpty ? "" : this.editor.innerHTML;
  }

  // Who was writing goes on at the end, not before what is written.
  #goOn() {
    this.editor.focus();
    getSelection().selectAllChildren(this.editor);
    getSelection().collapseToEnd();
  }

  // What comes from elsewhere comes as text: no style, no picture, nothing hidden.
  #paste(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!text) return;
    event.preventDefault();
    document.execCommand("insertText", false, text);
  }

  // A letter that is typed is no shortcut of the page.
  #key(event) {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.closest("form").requestSubmit();
  }

  #tools() {
    const bar = Object.assign(document.createElement("div"), { className: "rich-tools" });
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", spoken`Mise en forme`);
    for (const [command, name, sign] of TOOLS) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, title: name, ariaLabel: name });
      button.dataset.command = command;
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays where it is
      button.addEventListener("click", () => this.#do(command));
      bar.append(button);
    }
    return bar;
  }

  #do(command) {
    this.editor.focus();
    const value = command === "createLink" ? prompt(spoken`Adresse du lien`, "https://") : null;
    if (command === "createLink" && !/^(https?:\/\/|mailto:)./.test(value ?? "")) return;
    document.execCommand(command, false, value);
    this.editor.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("rich-text", RichText);
