// Files dropped anywhere in the window, pasted or picked: each with its progress and its answer, resumed after a reload.
import { droppedFiles } from "./dropped-files.js";
import { Sending } from "./sending.js";
import { plural, spoken } from "./spoken.js";

const AT_ONCE = 4;
const SMALL_AT_ONCE = 128; // small files share requests: more of them are on their way, up to this many
const BYTES_AT_ONCE = 24 * 1024 * 1024;

class DropZone extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ul");
    this.queue = [];
    this.all = [];
    this.running = new Set();
    for (const input of this.querySelectorAll("input[type=file]")) {
      const take = () => (this.#add([...input.files]), (input.value = ""));
      input.addEventListener("change", take);
      if (input.files.length) take(); // chosen while this was on its way
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
    if (!this.running.size && !this.queue.length) this.all = [];
    const purpose = this.querySelector("[name=purpose]")?.value ?? "";
    for (const file of files) this.#enqueue(Sending.of(file, this, purpose));
    this.#next();
  }

  async #resume() {
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
    while (this.queue.length && this.#hasRoomFor(this.queue[0])) this.#run(this.queue.shift());
  }

  #hasRoomFor({ item, size }) {
    if (this.running.size < AT_ONCE || !item) return this.running.size < AT_ONCE;
    const bytes = [...this.running].reduce((sum, sending) => sum + sending.size, size);
    return this.running.size < SMALL_AT_ONCE && bytes <= BYTES_AT_ONCE;
  }

  async #run(sending) {
    this.running.add(sending);
    await sending.run();
    this.running.delete(sending);
    // What wants a look is not to be searched for among hundreds that are well.
    if (sending.isTrouble && this.all.length > 6) this.list.prepend(sending.line);
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
    const s = plural(done);
    const wanting = over.filter((sending) => sending.isTrouble).length;
    const received = this.dataset.place ? spoken`fichier${s} déposé${s}` : spoken`pièce${s} reçue${s}`;
    this.querySelector("[data-summary]").textContent = [`${done} ${received}`, spoken`${over.length} fichier${plural(over.length)} sur ${this.all.length}`, ...(wanting ? [spoken`${wanting} à regarder`] : [])].join(" · ");
  }
}

customElements.define("drop-zone", DropZone);
