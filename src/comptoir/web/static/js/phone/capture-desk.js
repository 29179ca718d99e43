// Taking a piece with the phone: photograph, look, add a page or take it again, send. Each photo is kept before it is shown.
import * as outbox from "../outbox.js";
import { Camera } from "./camera.js";
import { showQueue } from "./queue-list.js";
import { badge, sendAll, sendSoon } from "./queue.js";
import { spoken } from "../spoken.js";

const LATER = 60_000; // after a cut that lasted: no network event may tell its end

class CaptureDesk extends HTMLElement {
  async connectedCallback() {
    this.pages = [];
    this.camera = new Camera(this.#one("video"), this.#one("canvas"), (corners) => this.#sees(corners));
    this.#listen();
    this.#show("camera");
    this.me = await outbox.fact("me"); // whose phone it was the last time: no photo waits for the network to be theirs
    await this.#companies();
    for (const page of await outbox.taken()) this.pages.push(page);
    if (this.pages.length) this.#look(this.pages.at(-1).isShared);
    this.#say(ARRIVED(new URLSearchParams(location.search)));
    history.replaceState(null, "", location.pathname);
    this.#open();
    await this.#learn();
    this.refresh();
  }

  disconnectedCallback() {
    this.camera.close();
    clearTimeout(this.later);
    this.on.abort();
  }

  // The service worker has sent something, or the network is back: look at what still waits.
  async refresh() {
    await this.#count();
    if (!this.me || !navigator.onLine) return;
    clearTimeout(this.later);
    const end = await sendAll(this.me.person, () => this.#count());
    if (end === "signed-out") this.#signedOut();
    if (end === "cut" && this.isConnected) this.later = setTimeout(() => this.refresh(), LATER);
    await this.#count();
  }

  offerUpdate(act) {
    const bar = this.#one("[data-update]");
    bar.hidden = false;
    bar.querySelector("button").onclick = act;
  }

  #listen() {
    this.on = new AbortController();
    const { signal } = this.on;
    const acts = { shoot: () => this.#shoot(), again: () => this.#again(), more: () => this.#show("camera"), send: () => this.#send(), back: () => this.#look(),
      "open-queue": () => this.#one("dialog").showModal(), "close-queue": () => this.#one("dialog").close(), "send-now": () => this.refresh() };
    for (const [name, act] of Object.entries(acts)) this.#one(`[data-${name}]`).addEventListener("click", act, { signal });
    for (const input of this.querySelectorAll("[data-files]")) {
      input.addEventListener("change", () => (this.#choose([...input.files]), (input.value = "")), { signal });
    }
    this.#one("[data-company]").addEventListener("change", ({ target }) => outbox.learn("company", target.value), { signal });
    addEventListener("online", () => this.refresh(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.camera.close() : this.#open()), { signal });
  }

  // ── The camera ──────────────────────────────────────────────────────────────────────────────────

  async #open() {
    if (this.dataset.state !== "camera" || document.hidden) return;
    if (!Camera.isHere()) return this.#without(spoken`Il demande une adresse en HTTPS ; les photos se prennent par le bouton ci-dessous.`);
    try {
      await (this.opening = this.camera.open());
      delete this.dataset.without;
    } catch (fault) {
      this.#without(fault.name === "NotAllowedError" ? spoken`Autorisez-le dans les réglages du navigateur, ou prenez la photo par le bouton ci-dessous.` : spoken`Une autre application s’en sert, ou il n’y en a pas.`);
    }
  }

  #without(why) {
    this.dataset.without = "";
    this.#one("[data-why]").textContent = why;
  }

  #sees(corners) {
    this.#one("[data-hint]").textContent = corners ? spoken`Bien cadré` : spoken`Posez la pièce sur un fond plus sombre`;
    this.toggleAttribute("data-framed", Boolean(corners));
  }

  async #shoot() {
    const button = this.#one("[data-shoot]");
    if (button.disabled) return;
    button.disabled = true;
    try {
      await this.opening; // a quick finger presses before the camera has woken up
      await this.#add(await this.camera.shoot());
      this.#look();
    } catch {
      this.#say(spoken`La photo n’a pas pu être prise. Recommencez.`);
    } finally {
      button.disabled = false;
    }
  }

  async #choose(files) {
    for (const file of files) await this.#add(file);
    if (files.length) this.#look(files.length > 1);
  }

  // Kept before anything else: what the eye sees on the screen is on the phone's own disk.
  async #add(file) {
    const page = { ...outbox.stamp(), file };
    if (!(await outbox.take(page))) this.#say(spoken`Le téléphone n’a plus de place : cette photo part si vous l’envoyez maintenant.`);
    this.pages.push(page);
  }

  // ── The piece that is being taken ───────────────────────────────────────────────────────────────

  #show(state) {
    this.dataset.state = state;
    this.toggleAttribute("data-has-pages", Boolean(this.pages.length));
    if (state === "camera") this.#open();
    else this.camera.close();
  }

  #look(areApart = false) {
    if (!this.pages.length) return this.#show("camera");
    this.#show("taken");
    this.areApart = areApart && this.pages.length > 1;
    this.#draw(this.pages.at(-1));
    this.#one("[data-send]").focus();
  }

  #draw(current) {
    this.current = current;
    const image = this.#one("[data-taken]");
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(current.file);
    image.onerror = () => (image.removeAttribute("src"), (image.alt = spoken`${current.file.name} : gardé, sans aperçu sur ce téléphone`));
    const list = this.#one("[data-pages]");
    list.replaceChildren(...(this.pages.length > 1 ? [this.#together(), ...this.pages.map((page, n) => this.#thumb(page, n))] : []));
    const count = this.pages.length;
    this.#one("[data-send-words]").textContent = count === 1 ? spoken`Envoyer` : this.areApart ? spoken`Envoyer ${count} pièces` : spoken`Envoyer (${count} pages)`;
  }

  #together() {
    const row = document.createElement("li");
    row.className = "together";
    for (const [apart, words] of [[false, spoken`Une seule pièce`], [true, spoken`Une pièce par photo`]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
      button.setAttribute("aria-pressed", String(this.areApart === apart));
      button.onclick = () => ((this.areApart = apart), this.#draw(this.current));
      row.append(button);
    }
    return row;
  }

  #thumb(page, n) {
    const row = document.createElement("li");
    const see = Object.assign(document.createElement("button"), { type: "button", className: "see" });
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(page.file), alt: "" });
    image.onload = () => URL.revokeObjectURL(image.src);
    image.onerror = () => image.replaceWith(page.file.name.split(".").pop().toUpperCase().slice(0, 4));
    see.append(image);
    see.setAttribute("aria-label", `Page ${n + 1}`);
    if (page === this.current) see.setAttribute("aria-current", "true");
    see.onclick = () => this.#draw(page);
    row.append(see);
    if (page === this.current) row.append(this.#mover("‹", spoken`Avancer cette page`, n, -1), this.#mover("›", spoken`Reculer cette page`, n, 1));
    return row;
  }

  #mover(sign, words, n, step) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign, className: "move", disabled: !this.pages[n + step] });
    button.setAttribute("aria-label", words);
    button.onclick = async () => {
      const [one, other] = [this.pages[n], this.pages[n + step]];
      [one.added, other.added] = [other.added, one.added];
      [this.pages[n], this.pages[n + step]] = [other, one];
      this.#draw(one);
      await outbox.take(one);
      await outbox.take(other);
    };
    return button;
  }

  // The page on the screen goes, and the camera takes its place.
  async #again() {
    const [page] = this.pages.splice(this.pages.indexOf(this.current), 1);
    await outbox.untake(page.key);
    this.#show("camera");
  }

  async #send() {
    const groups = this.areApart ? this.pages.map((page) => [page]) : [this.pages];
    const purpose = this.querySelector("[name=purpose]:checked").value;
    for (const pages of groups) {
      const row = this.#piece(pages.map(({ file }) => file), purpose);
      const isKept = await outbox.close({ ...row, isKept: true }, pages);
      if (!isKept) return this.#say(spoken`Le téléphone n’a plus de place : libérez-en, puis recommencez. La photo est toujours là.`);
      this.pages = this.pages.filter((page) => !pages.includes(page));
    }
    this.querySelector("[name=purpose]").checked = true;
    this.#say(navigator.onLine ? spoken`Gardée, elle part.` : spoken`Gardée : elle partira dès que le réseau revient.`);
    this.#show("camera");
    await sendSoon();
    this.refresh();
  }

  // Several photos travel as one file, with the length of each: the server keeps each as it was taken.
  #piece(files, purpose) {
    const [first] = files;
    const whole = files.length > 1 ? new File(files, first.name, { type: "application/octet-stream" }) : first;
    const { person = "" } = this.me ?? {};
    return outbox.item(whole, { person, company: this.#one("[data-company]").value, purpose, way: "phone", pages: files.map(({ size }) => size) });
  }

  // ── Whose phone, and what waits ─────────────────────────────────────────────────────────────────

  async #learn() {
    const answer = await fetch(this.dataset.me, { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) {
      this.me = await answer.json();
      await outbox.learn("me", this.me);
      await this.#adopt();
      await this.#companies();
    }
    if (answer?.status === 401) this.#signedOut();
  }

  // Photos taken before anybody was known here are of who signs in first, as are theirs of before they had a space.
  async #adopt() {
    const [company] = this.me.companies;
    for (const item of await outbox.everything()) {
      const isOurs = !item.person || (item.person === this.me.person && !item.company);
      if (isOurs && company) await outbox.keep({ ...item, person: this.me.person, company: company.id, refused: undefined });
    }
  }

  async #companies() {
    const companies = this.me?.companies ?? [];
    const before = await outbox.fact("company");
    const select = this.#one("[data-company]");
    select.replaceChildren(...companies.map(({ id, name }) => new Option(name, id, id === before, id === before)));
    select.hidden = companies.length < 2;
    this.#one("[data-only]").textContent = companies.length > 1 ? "" : companies[0]?.name ?? "";
    if (this.me && !companies.length) this.#say(spoken`Ce compte ne dépose dans aucun espace : demandez à votre cabinet.`);
  }

  #signedOut() {
    const link = Object.assign(document.createElement("a"), { href: this.dataset.pairing, textContent: spoken`Relier ce téléphone` });
    this.#say(this.me ? spoken`Votre session est terminée : rien n’est perdu, tout partira ensuite. ` : spoken`Photographiez déjà ; pour envoyer : `, link);
  }

  async #count() {
    const waiting = (await outbox.everything()).filter(({ person }) => !person || person === this.me?.person);
    this.#one("[data-count]").textContent = waiting.length;
    this.toggleAttribute("data-waits", Boolean(waiting.length));
    badge(waiting.length);
    showQueue(this, waiting, await outbox.told(), () => this.refresh());
  }

  #say(...words) {
    if (words[0]) this.#one("[data-word]").replaceChildren(...words);
  }

  #one(selector) {
    return this.querySelector(selector);
  }
}

function ARRIVED(query) {
  if (query.get("partage") === "rate") return spoken`Ce partage n’a pas pu être gardé : ouvrez l’application une fois, puis partagez à nouveau.`;
  if (query.has("hors-ligne")) return spoken`Pas de réseau : votre espace reviendra avec lui. Photographiez, tout est gardé.`;
  return "";
}

customElements.define("capture-desk", CaptureDesk);
