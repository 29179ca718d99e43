// Files dropped anywhere in the window, pasted or picked: each sent on its own, with its progress and its answer.
const AT_ONCE = 3;

class DropZone extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ul");
    this.waiting = [];
    this.counts = { running: 0, done: 0, all: 0 };
    this.querySelector("input[type=file]").addEventListener("change", (event) => {
      this.#add(event.target.files);
      event.target.value = "";
    });
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    addEventListener("dragover", (event) => this.#over(event), options);
    addEventListener("dragleave", (event) => event.relatedTarget ?? this.classList.remove("is-over"), options);
    addEventListener("drop", (event) => this.#drop(event), options);
    addEventListener("paste", (event) => this.#add(event.clipboardData.files), options);
    addEventListener("beforeunload", (event) => this.counts.running && event.preventDefault(), options);
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("is-over");
  }

  #drop(event) {
    event.preventDefault();
    this.classList.remove("is-over");
    this.#add(event.dataTransfer.files);
  }

  #add(files) {
    if (!this.counts.running && !this.waiting.length) this.counts = { running: 0, done: 0, all: 0 };
    for (const file of files) {
      this.counts.all += 1;
      this.waiting.push([file, this.#line(file)]);
    }
    this.#next();
  }

  #next() {
    this.#say();
    while (this.counts.running < AT_ONCE && this.waiting.length) this.#send(...this.waiting.shift());
  }

  #line(file) {
    const line = document.createElement("li");
    const progress = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    progress.setAttribute("aria-label", `Envoi de ${file.name}`);
    line.append(
      document.createElement("span"),
      Object.assign(document.createElement("span"), { className: "cut", textContent: file.name }),
      progress,
    );
    this.list.prepend(line);
    return line;
  }

  #send(file, line) {
    this.counts.running += 1;
    const form = new FormData();
    form.append("file", file);
    form.append("csrfmiddlewaretoken", this.querySelector("[name=csrfmiddlewaretoken]").value);
    const request = new XMLHttpRequest();
    request.open("POST", this.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => (line.querySelector("progress").value = (100 * event.loaded) / event.total);
    request.onload = () => this.#end(line, request.status, answer(request), file);
    request.onerror = () => this.#end(line, 0, "La connexion est coupée : rien n’a été perdu.", file);
    request.send(form);
  }

  #end(line, status, sentence, file) {
    this.counts.running -= 1;
    this.counts.done += status === 201 ? 1 : 0;
    const said = document.createElement("span");
    said.className = `state ${status === 201 ? "ok" : "missing"}`;
    const { done = "Reçue", refused = "Refusée" } = this.dataset;
    said.textContent = status === 201 ? done : status === 409 ? "Déjà là" : refused;
    line.querySelector("progress").replaceWith(said);
    if (status !== 201) {
      line.append(Object.assign(document.createElement("span"), { className: "said", textContent: sentence }));
      if (!status || status >= 500) line.append(this.#again(file, line));
    }
    this.#next();
  }

  #again(file, line) {
    const button = Object.assign(document.createElement("button"), { className: "link", textContent: "Réessayer" });
    button.addEventListener("click", () => {
      line.remove();
      this.counts.all -= 1;
      this.#add([file]);
    });
    return button;
  }

  #say() {
    const { done, all } = this.counts;
    this.querySelector("[data-summary]").textContent = `${done} fichier${done > 1 ? "s" : ""} arrivé${done > 1 ? "s" : ""} sur ${all}`;
  }
}

function answer(request) {
  try {
    return JSON.parse(request.responseText).sentence;
  } catch {
    return "Le serveur n’a pas pu prendre ce fichier. Réessayez.";
  }
}

customElements.define("drop-zone", DropZone);
