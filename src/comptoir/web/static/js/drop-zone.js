// Files dropped anywhere in the window, pasted or picked: each with its progress and its answer, resumed after a reload.
import { droppedFiles } from "./dropped-files.js";
import { FormSending, Sending } from "./sending.js";

const AT_ONCE = 4;

class DropZone extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ul");
    this.queue = [];
    this.all = [];
    this.running = 0;
    for (const input of this.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => (this.#add([...input.files]), (input.value = "")));
    }
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    addEventListener("dragover", (event) => this.#over(event), options);
    addEventListener("dragleave", (event) => event.relatedTarget ?? this.classList.remove("is-over"), options);
    addEventListener("drop", (event) => this.#drop(event), options);
    addEventListener("paste", (event) => this.#add([...event.clipboardData.files]), options);
    addEventListener("beforeunload", (event) => this.#isAtRisk() && event.preventDefault(), options);
    this.querySelector("[data-stop]")?.addEventListener("click", () => this.#stop(), options);
    this.#resume();
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("is-over");
  }

  async #drop(event) {
    event.preventDefault();
    this.classList.remove("is-over");
    this.#add(await droppedFiles(event.dataTransfer));
  }

  #add(files) {
    if (!this.running && !this.queue.length) this.all = [];
    const purpose = this.querySelector("[name=purpose]")?.value ?? "";
    const make = this.dataset.company ? Sending.of : FormSending.of;
    for (const file of files) this.#enqueue(make(file, this, purpose));
    this.#next();
  }

  async #resume() {
    if (!this.dataset.company) return;
    for (const sending of await Sending.left(this)) this.#enqueue(sending);
    this.#next();
  }

  #enqueue(sending) {
    this.all.push(sending);
    this.queue.push(sending);
    sending.onchange = () => this.#say();
    this.list.append(sending.line);
  }

  #next() {
    this.#say();
    while (this.running < AT_ONCE && this.queue.length) this.#run(this.queue.shift());
  }

  async #run(sending) {
    this.running += 1;
    await sending.run();
    this.running -= 1;
    this.#next();
  }

  #stop() {
    this.queue = [];
    for (const sending of this.all) if (!sending.isOver) sending.cancel();
  }

  #isAtRisk() {
    return this.all.some((sending) => !sending.isOver && !sending.isKept);
  }

  #say() {
    const over = this.all.filter((sending) => sending.isOver);
    const done = over.reduce((sum, sending) => sum + sending.received, 0);
    const bytes = this.all.reduce((sum, { size }) => sum + size, 0);
    const bar = this.querySelector("[data-all]");
    if (bar) bar.value = bytes ? this.all.reduce((sum, { share, size }) => sum + share * size, 0) / bytes : 0;
    this.classList.toggle("is-sending", over.length < this.all.length);
    const s = done > 1 ? "s" : "";
    const received = this.dataset.company ? `pièce${s} reçue${s}` : `fichier${s} déposé${s}`;
    this.querySelector("[data-summary]").textContent = `${done} ${received} · ${over.length} fichier${over.length > 1 ? "s" : ""} sur ${this.all.length}`;
  }
}

customElements.define("drop-zone", DropZone);
