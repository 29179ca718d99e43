// One file on a page's list: its line, its progress, what became of it, and the ways on from there.
import * as outbox from "./outbox.js";
import { Refused, SignedOut, giveUp, send, unlock } from "./sender.js";
import { plural, spoken } from "./spoken.js";

const SAID = { received: ["ok", spoken`Reçue`], twin: ["missing", spoken`Déjà là`], refused: ["missing", spoken`Refusée`], locked: ["missing", spoken`Protégée`] };

const filed = (done) => ({ received: ["ok", done], twin: ["missing", spoken`Déjà là`], refused: ["missing", spoken`Refusé`] });

class Line {
  constructor(name, size) {
    Object.assign(this, { name, size, share: 0, received: 0, isOver: false, isKept: false, onchange: () => {} });
    this.line = document.createElement("li");
    this.bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    this.bar.setAttribute("aria-label", spoken`Envoi de ${name}`);
    this.line.append(span("", ""), span("cut", name), this.bar);
  }

  told(share) {
    this.bar.value = this.share = share;
    this.onchange();
  }

  over(state, words, sentence, ...ways) {
    this.isOver = true;
    this.share = 1;
    [...this.line.children].slice(2).forEach((child) => child.remove());
    this.line.append(span(`state ${state}`, words));
    this.isTrouble = state === "missing";
    if (sentence || ways.length) this.line.append(said(sentence, ...ways));
    this.onchange();
  }
}

export class Sending extends Line {
  static of(file, zone, purpose) {
    const { company, person, way, place = "" } = zone.dataset;
    const path = place ? file.path ?? file.webkitRelativePath?.split("/").slice(0, -1).join("/") ?? "" : "";
    const paidBy = purpose === "ndf" ? zone.querySelector("[name=paid_by]")?.value ?? "" : "";
    return new Sending(outbox.item(file, { company, person, purpose: place ? "folder" : purpose, way, paidBy, place, path }), outbox.keep, zone);
  }

  static async left(zone) {
    const { company, person } = zone.dataset;
    return (await outbox.waiting(person, company)).filter(({ refused, purpose, place }) => !refused && (zone.dataset.place ? place === zone.dataset.place : purpose !== "folder")).map((item) => new Sending(item, async () => true, zone));
  }

  constructor(item, keep, { dataset: { pieces = `/c/${item.company}/pieces/`, done = spoken`Déposé` } }) {
    super(item.filename, item.file.size);
    Object.assign(this, { item, pieces, done });
    this.line.children[2].after(button(spoken`Annuler`, () => this.cancel(), "link cancel"));
    this.kept = keep(item).then((isKept) => (this.isKept = item.isKept = isKept));
  }

  async run() {
    if (this.isOver) return;
    await this.kept;
    this.cut = new AbortController();
    try {
      this.#answered(await send(this.item, { told: (share) => this.told(share), signal: this.cut.signal }));
    } catch (fault) {
      this.#failed(fault);
    }
  }

  cancel() {
    this.cut?.abort();
    giveUp(this.item);
    this.over("", spoken`Annulé`, "");
  }

  #answered(answers) {
    this.received = answers.filter(({ kind }) => kind === "received").length;
    if (answers.length > 1) return this.#several(answers);
    const [{ kind, sentence, document }] = answers;
    const link = document && kind === "twin" ? [see(this.pieces, document)] : [];
    const ways = kind === "locked" ? [this.#password(), button(spoken`Ne pas envoyer ce fichier`, () => this.cancel())] : link;
    this.over(...(this.item.place ? filed(this.done) : SAID)[kind], kind === "received" ? "" : sentence, ...ways);
  }

  #several(answers) {
    const left = answers.filter(({ kind }) => kind !== "received");
    const s = plural(this.received);
    this.over(left.length ? "missing" : "ok", spoken`${this.received} pièce${s} reçue${s}`, "", ...left.map((one) => this.#leftOut(one)));
  }

  #leftOut({ filename, kind, sentence, document: piece }) {
    const line = Object.assign(document.createElement("p"), { textContent: `${filename} : ${sentence} ` });
    if (piece && kind === "twin") line.append(see(this.pieces, piece));
    return line;
  }

  #failed(fault) {
    if (this.cut.signal.aborted) return;
    if (fault instanceof Refused) return outbox.forget(this.item.key), this.over("missing", spoken`Refusée`, fault.message);
    if (fault instanceof SignedOut) {
      const back = Object.assign(document.createElement("a"), { href: location.href, textContent: spoken`Se reconnecter` });
      return this.over("missing", spoken`En attente`, spoken`Votre session est terminée : le fichier attend ici et partira ensuite.`, back);
    }
    const sentence = navigator.onLine && fault.message !== "Failed to fetch" ? fault.message : spoken`La connexion est coupée : le fichier attend ici.`;
    this.over("missing", spoken`En attente`, sentence, button(spoken`Réessayer`, () => this.#again()));
  }

  #again() {
    this.isOver = false;
    [...this.line.children].slice(2).forEach((child) => child.remove());
    this.line.append(this.bar);
    return this.run();
  }

  #password() {
    const form = document.createElement("form");
    const input = Object.assign(document.createElement("input"), { type: "password", required: true, autocomplete: "off" });
    input.setAttribute("aria-label", spoken`Mot de passe de ${this.name}`);
    form.className = "row field";
    form.append(input, Object.assign(document.createElement("button"), { className: "button", textContent: spoken`Ouvrir` }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      this.#answered(await unlock(this.item, input.value).catch((fault) => [{ kind: "locked", sentence: fault.message }]));
    });
    return form;
  }
}

function see(pieces, piece) {
  return Object.assign(document.createElement("a"), { href: `${pieces}${piece}/`, textContent: spoken`Voir la pièce` });
}

function said(sentence, ...ways) {
  const words = span("fate", `${sentence} `);
  words.append(...ways);
  return words;
}

function span(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}

function button(textContent, act, className = "link") {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent });
  made.addEventListener("click", act);
  return made;
}
