// What one writes is kept while one writes it, its files are sent ahead, and it leaves once.
import { item } from "./outbox.js";
import "./rich-text.js"; // what was left is put back into it
import { send } from "./sender.js";
import { spoken } from "./spoken.js";

const PAUSE = 600;

class MessageDraft extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.files = this.querySelector("[data-files]");
    this.told = this.querySelector("[data-told]");
    this.sending = 0;
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.form.addEventListener("input", ({ target }) => target.type !== "file" && this.#later(), options);
    this.form.addEventListener("change", (event) => this.#chosen(event), options);
    this.form.addEventListener("click", (event) => this.#removed(event), options);
    this.form.addEventListener("submit", (event) => this.#leave(event), options);
    this.addEventListener("paste", (event) => this.#take(event.clipboardData.files), options);
    this.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault(), options);
    this.addEventListener("drop", (event) => this.#dropped(event), options);
    addEventListener("pagehide", () => this.timer && this.#save(true), options);
    this.#takeBack();
    for (const input of this.querySelectorAll("input[type=file]")) if (input.files.length) this.#chosen({ target: input }); // while this was on its way
  }

  disconnectedCallback() {
    this.on.abort();
  }

  // A reload may be answered before the last words arrive there: they are taken back from this tab.
  get #place() {
    return `${this.dataset.person} ${this.dataset.draft}`;
  }

  #takeBack() {
    const left = sessionStorage.getItem(this.#place);
    sessionStorage.removeItem(this.#place);
    const rich = this.querySelector("rich-text");
    if (left) rich.put(left, rich.typed);
    else if (rich.typed) this.#later();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#save(), PAUSE);
  }

  async #save(isLeaving = false) {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.isGone) return;
    if (isLeaving) sessionStorage.setItem(this.#place, this.form.elements.html.value);
    const said = new FormData(this.form);
    said.delete("file");
    // keepalive: a page that is left saves its last words all the same; browsers allow it for short ones only.
    const asked = { method: "POST", body: new URLSearchParams(said), keepalive: isLeaving };
    const answer = await fetch(this.dataset.draft, asked).catch(() => null);
    if (!this.isGone) this.#tell(answer?.ok ? spoken`Brouillon gardé` : spoken`Brouillon non gardé : la connexion manque`);
  }

  #chosen({ target }) {
    if (target.type !== "file") return;
    this.#take(target.files);
    target.value = "";
  }

  #dropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#take(event.dataTransfer.files);
  }

  #take(files) {
    for (const file of files) this.#attach(file);
  }

  async #attach(file) {
    const line = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", spoken`Envoi de ${file.name}`);
    line.append(Object.assign(document.createElement("span"), { className: "cut grow", textContent: file.name }), bar);
    this.files.append(line);
    this.sending += 1;
    try {
      const [answer] = await send(item(file, { ...this.dataset, purpose: "message" }), { told: (share) => (bar.value = share) });
      if (answer.kind !== "received") throw new Error(answer.sentence);
      line.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "attachment", value: answer.document }));
      bar.remove();
    } catch (fault) {
      bar.replaceWith(Object.assign(document.createElement("span"), { className: "small wanted", textContent: fault.message }));
    }
    this.sending -= 1;
    line.append(Object.assign(document.createElement("button"), { type: "button", className: "link small tap", textContent: spoken`Retirer`, ariaLabel: spoken`Retirer ${file.name}` }));
    line.lastElementChild.dataset.remove = "";
    await this.#save();
    if (this.isWaiting && !this.sending) this.form.requestSubmit();
  }

  #removed({ target }) {
    if (!("remove" in target.dataset)) return;
    target.closest("li").remove();
    this.#save();
  }

  // A click twice is one message; one that has files on their way leaves with them.
  #leave(event) {
    if (this.isGone) return event.preventDefault();
    this.isWaiting = this.sending > 0;
    if (this.isWaiting) {
      event.preventDefault();
      this.#tell(spoken`Les fichiers partent, puis le message.`);
      return;
    }
    this.isGone = true;
    sessionStorage.removeItem(this.#place);
    clearTimeout(this.timer);
    this.timer = null;
  }

  #tell(words) {
    this.told.textContent = words;
  }
}

customElements.define("message-draft", MessageDraft);
// Back by the browser's own way, the form is ready again.
addEventListener("pageshow", ({ persisted }) => persisted && document.querySelectorAll("message-draft").forEach((draft) => (draft.isGone = false)));
