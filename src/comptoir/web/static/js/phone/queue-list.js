// What a phone still has to send and what it sent lately, in words.
import * as outbox from "../outbox.js";
import { plural, spoken } from "../spoken.js";

const SAID = { received: spoken`Reçue`, twin: spoken`Déjà là`, refused: spoken`Refusée` };

export function showQueue(desk, waiting, told, again) {
  const list = desk.querySelector("[data-queue]");
  list.replaceChildren(...waiting.map((item) => waits(item, again)), ...told.map(over));
  const s = plural(waiting.length);
  const words = waiting.length ? spoken`${waiting.length} pièce${s} gardée${s} sur ce téléphone, pas encore partie${s}.` : spoken`Tout est parti.`;
  desk.querySelector("[data-queue-word]").textContent = words;
  desk.querySelector("[data-send-now]").hidden = !waiting.length;
}

function waits(item, again) {
  const row = line(item.filename, item.refused ? spoken`Refusée` : spoken`En attente`, item.refused ? "missing" : "");
  row.append(small(item.refused ?? `${size(item.file.size)} · ${pages(item)}prise le ${when(item.added)}`));
  const acts = Object.assign(document.createElement("p"), { className: "acts" });
  if (item.refused) acts.append(button(spoken`Réessayer`, async () => (await outbox.keep({ ...item, refused: undefined }), again())));
  acts.append(button(spoken`Supprimer`, async () => {
    if (!confirm(spoken`Supprimer cette photo ? Elle n’est nulle part ailleurs.`)) return;
    await outbox.forget(item.key);
    again();
  }));
  row.append(acts);
  return row;
}

function over({ filename, answers, added }) {
  const [first] = answers;
  const isOne = answers.length === 1;
  const received = answers.filter(({ kind }) => kind === "received").length;
  const words = isOne ? SAID[first.kind] : spoken`${received} pièce${plural(received)} reçue${plural(received)}`;
  const row = line(filename, words, isOne && first.kind !== "received" ? "missing" : "ok");
  const left = answers.filter(({ kind }) => kind !== "received").map(({ sentence }) => sentence);
  row.append(small([`le ${when(added)}`, ...left].join(" · ")));
  return row;
}

function line(name, state, look) {
  const row = document.createElement("li");
  const title = Object.assign(document.createElement("span"), { className: "name", textContent: name });
  row.append(title, Object.assign(document.createElement("span"), { className: `state ${look}`, textContent: state }));
  return row;
}

const small = (words) => Object.assign(document.createElement("span"), { className: "small", textContent: words });
const button = (words, onclick) => Object.assign(document.createElement("button"), { type: "button", textContent: words, onclick });
const when = (moment) => new Date(moment).toLocaleString("fr", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} Ko` : `${(bytes / 1e6).toLocaleString("fr", { maximumFractionDigits: 1 })} Mo`);
const pages = ({ pages = [] }) => (pages.length > 1 ? `${pages.length} pages · ` : "");
