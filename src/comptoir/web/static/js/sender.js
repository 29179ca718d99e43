// One file to the server by tus 1.0: begun, continued after a cut, answered. Pages and the service worker send alike.
import { forget, keep } from "./outbox.js";
import { spoken } from "./spoken.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const BYTES = "application/offset+octet-stream";
const LEAST = 256 * 1024;
const SMALLEST = 32 * 1024; // after a request that took too long: the slowest of networks sends so much in time
const MOST = 8 * 1024 * 1024;
const SMALL = 2 * 1024 * 1024; // a file up to here shares a request with others
const SHARING = 32; // how many at most
const SILENCE = 120_000; // a connection that says nothing for so long is dead, though nobody told the browser
const PATIENCE = [500, 1000, 2000, 4000, 8000, 15000, 30000];

let chunk = LEAST * 4; // what goes at once: as much as takes about a second on this network
let token = "";

// The server said no to this file, in a sentence: trying again changes nothing.
export class Refused extends Error {}
// Nobody is signed in any more: the file waits until somebody is.
export class SignedOut extends Error {}

// Send a file to its end, however often the network is cut; gives the server's answers, one for each file found in it.
export async function send(item, { told = () => {}, signal } = {}) {
  return alone(item.key, async () => {
    let [tries, reached] = [0, 0];
    const moved = (share) => {
      if (share > reached) [tries, reached] = [0, share]; // asking again where one stands is no step forward
      told(share);
    };
    for (;;) {
      try {
        const answers = await onward(item, moved, signal);
        await settle(item, answers);
        return answers;
      } catch (fault) {
        if (fault instanceof Refused || fault instanceof SignedOut || signal?.aborted) throw fault;
        if (tries >= PATIENCE.length) throw fault;
        if (fault.name === "TimeoutError") chunk = Math.max(chunk / 4, SMALLEST);
        await pause(PATIENCE[tries++], signal);
      }
    }
  });
}

// The password of a protected PDF, for the one that is here already.
export async function unlock(item, password) {
  const answer = await ask(`${item.location}/mot-de-passe`, { method: "POST", body: new URLSearchParams({ password }) }, item);
  const { answers } = await answer.json();
  await settle(item, answers);
  return answers;
}

export async function giveUp(item) {
  await forget(item.key);
  if (item.location) await ask(item.location, { method: "DELETE" }, item).catch(() => {});
}

// What was taken in is no longer kept here; a photo that was not is thrown away by a person alone.
async function settle(item, answers) {
  if (answers.some(({ kind }) => kind === "locked")) return;
  const isRefused = item.way === "phone" && answers.every(({ kind }) => kind === "refused");
  await (isRefused ? keep({ ...item, refused: answers[0].sentence }) : forget(item.key));
}

// Two pages of one device never send the same file at once.
function alone(key, act) {
  return navigator.locks ? navigator.locks.request(`comptoir-${key}`, act) : act();
}

async function onward(item, told, signal) {
  let { offset, answers } = await begun(item, signal);
  while (!answers) {
    told(offset / item.file.size);
    const { body, sent } = part(item.file, offset);
    const answer = await ask(item.location, { method: "PATCH", body, headers: { ...BINARY, "Upload-Offset": offset }, signal }, item);
    sent();
    offset = Number(answer.headers.get("Upload-Offset"));
    if (offset >= item.file.size) ({ answers } = await (await ask(item.location, { signal }, item)).json());
  }
  told(1);
  return answers;
}

const BINARY = { "Content-Type": BYTES };

async function begun(item, signal) {
  if (item.location) {
    const answer = await ask(item.location, { method: "HEAD", signal }, item);
    if (answer.status !== 404) return standing(item, answer, signal);
    delete item.location; // forgotten there after a week: from the start again
  }
  const answered = await Sharing.join(item, signal);
  if (answered) return answered;
  const { body, sent } = part(item.file, 0);
  const headers = { ...BINARY, "Upload-Length": item.file.size, "Upload-Metadata": said(item) };
  const answer = await ask(address(item), { method: "POST", body, headers, signal }, item);
  sent();
  item.location = answer.headers.get("Location");
  await keepUpToDate(item);
  return standing(item, answer, signal);
}

// Small files that are sent at the same time share a request, and the server a commit: hundreds of receipts are a few requests.
class Sharing {
  static open = null; // the one that still waits for others

  // What became of the file, with others; nothing where it goes alone.
  static async join(item, signal) {
    if (item.file.size > SMALL || !item.file.size || item.pages?.length > 1 || item.purpose === "message") return null;
    if (!Sharing.open?.hasRoomFor(item)) Sharing.open = new Sharing(item.company);
    return Sharing.open.take(item, signal);
  }

  constructor(company) {
    Object.assign(this, { company, taken: [], size: 0 });
    this.answered = new Promise((leave) => setTimeout(leave, 30)).then(() => this.#leave());
  }

  hasRoomFor({ company, file }) {
    return company === this.company && this.taken.length < SHARING && this.size + file.size <= chunk;
  }

  async take(item, signal) {
    this.taken.push({ item, signal });
    this.size += item.file.size;
    const answer = (await this.answered)?.get(item.key);
    if (!answer) return null;
    item.location = answer.location;
    await keepUpToDate(item);
    return { offset: item.file.size, answers: answer.answers };
  }

  async #leave() {
    if (Sharing.open === this) Sharing.open = null;
    // In the order they were chosen: of two that are the same, the second is the one too many.
    const items = this.taken.filter(({ signal }) => !signal?.aborted).map(({ item }) => item).sort((one, other) => one.added - other.added);
    if (items.length < 2) return null;
    const announced = items.map((item) => ({ ...words(item), length: item.file.size }));
    const whole = new Blob([JSON.stringify(announced), "\n", ...items.map(({ file }) => file)]);
    const { body, sent } = part(whole, 0, whole.size);
    try {
      const answer = await ask(`${address(items[0])}ensemble/`, { method: "POST", body, headers: BINARY }, items[0]);
      sent();
      const { uploads } = await answer.json();
      return new Map(items.map(({ key }, place) => [key, uploads[place]]));
    } catch (fault) {
      if (fault instanceof Refused) return null; // each alone, so that each hears its own reason
      throw fault;
    }
  }
}

// How far it is, and what became of it where it is all there.
async function standing(item, answer, signal) {
  const offset = Number(answer.headers.get("Upload-Offset"));
  if (offset < item.file.size) return { offset };
  const state = answer.headers.get("Content-Type")?.includes("json") ? answer : await ask(item.location, { signal }, item);
  return { offset, ...(await state.json()) };
}

async function keepUpToDate(item) {
  if (item.isKept) await keep(item);
}

function said(item) {
  return Object.entries(words(item)).map(([name, value]) => `${name} ${base64(value)}`).join(",");
}

function words({ key, filename, purpose, way, justifies, pages = [], paidBy = "", place = "", path = "" }) {
  const lengths = pages.length > 1 ? pages.join(",") : "";
  const all = { key, filename, purpose, way, justifies, pages: lengths, paid_by: paidBy, place, path };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

// The next bytes, and what to call once they are there, so that the next part suits the network.
function part(file, offset, size = chunk) {
  const began = performance.now();
  const body = file.slice(offset, offset + size);
  const sent = () => {
    const took = performance.now() - began;
    if (took < 700 && body.size >= chunk / 2) chunk = Math.min(chunk * 2, MOST);
    if (took > 4000) chunk = Math.max(chunk / 2, LEAST);
  };
  return { body, sent };
}

function address({ company }) {
  return `/c/${company}/envois/`;
}

async function ask(where, { headers = {}, signal, ...asked }, item, again = false) {
  const isRead = !asked.method || asked.method === "HEAD";
  if (!isRead && !token) token = await freshToken(item);
  const guard = isRead ? {} : { "X-CSRFToken": token };
  const answer = await fetch(where, { ...asked, signal: patient(signal), headers: { ...TUS, ...headers, ...guard }, credentials: "same-origin" });
  if (answer.redirected || answer.status === 401) throw new SignedOut();
  if (answer.status === 403 && !again) {
    token = await freshToken(item);
    return ask(where, { headers, signal, ...asked }, item, true);
  }
  if (answer.ok || (answer.status === 404 && asked.method === "HEAD")) return answer;
  const sentence = await answer.json().then((told) => told.sentence, () => "");
  if ([400, 403, 404, 413].includes(answer.status)) throw new Refused(sentence || spoken`Cet envoi n’est plus possible ici.`);
  throw new Error(sentence || spoken`Le serveur n’a pas pu prendre ce fichier.`);
}

// Ends with what the caller ends, and after a long silence.
function patient(signal) {
  const silence = AbortSignal.timeout?.(SILENCE);
  return signal && silence ? (AbortSignal.any?.([signal, silence]) ?? signal) : (signal ?? silence);
}

async function freshToken(item) {
  const answer = await fetch(address(item), { headers: TUS, credentials: "same-origin", signal: patient() });
  if (answer.redirected || answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw answer.status === 404 ? new Refused(spoken`Vous ne pouvez plus déposer dans cet espace.`) : new Error(spoken`Le serveur ne répond pas.`);
  return (await answer.json()).token;
}

// Until some time has passed, or the network is back.
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    globalThis.addEventListener?.("online", resolve, { once: true });
    signal?.addEventListener("abort", () => (clearTimeout(timer), reject(new Error("aborted"))), { once: true });
  });
}
