// The service worker: opens the camera page without a network, takes what other applications share, sends in the background.
import * as outbox from "../outbox.js";
import { badge, sendAll, TAG } from "./queue.js";
import { spoken } from "../spoken.js";

export function start({ shell, share, assets, icon }) {
  const files = [shell, ...assets];
  const cache = `comptoir-${hash(assets.join())}`;

  addEventListener("install", (event) => event.waitUntil(caches.open(cache).then((kept) => kept.addAll(files.map(fresh)))));

  addEventListener("activate", (event) => event.waitUntil(forgetOthers(cache).then(() => clients.claim())));

  // A new version waits until its page says so: nobody's photo is cut off by an update.
  addEventListener("message", ({ data }) => data === "update" && skipWaiting());

  addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname, search } = new URL(request.url);
    if (origin !== location.origin) return;
    if (request.method === "POST" && pathname === share) event.respondWith(takeShared(request, shell));
    else if (request.method !== "GET") return;
    else if (pathname === shell) event.respondWith(kept(cache, shell));
    else if (assets.includes(pathname + search)) event.respondWith(kept(cache, pathname));
    else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => Response.redirect(`${shell}?hors-ligne=1`)));
  });

  addEventListener("push", (event) => event.waitUntil(show(event.data?.json() ?? {}, icon)));

  addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data));
  });

  addEventListener("sync", (event) => event.tag === TAG && event.waitUntil(sendWhatWaits()));
}

// A short sentence; its touch leads to what it is about, in a window that is open already where there is one.
const show = ({ title = "Comptoir", body = spoken`Du nouveau dans Comptoir.`, path = "/", tag }, icon) =>
  registration.showNotification(title, { body, tag, data: path, icon, lang: "fr" });

async function open(path) {
  const address = new URL(path, location.origin);
  if (address.origin !== location.origin) return;
  const [page] = await clients.matchAll({ type: "window" });
  if (!page) return clients.openWindow(address.href);
  await page.focus();
  await page.navigate(address.href).catch(() => clients.openWindow(address.href));
}

const fresh = (address) => new Request(address, { cache: "reload", credentials: "same-origin" });

async function kept(cache, address) {
  const found = await (await caches.open(cache)).match(address, { ignoreSearch: true });
  return found ?? fetch(address);
}

async function forgetOthers(mine) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("comptoir-") && name !== mine).map((name) => caches.delete(name)));
}

// Files from another application: kept before the page is shown, each a piece being taken.
async function takeShared(request, shell) {
  const form = await request.formData();
  const files = form.getAll("files").filter((file) => file.size);
  const isKept = await Promise.all(files.map((file, n) => outbox.take({ ...outbox.stamp(), added: Date.now() + n, file, isShared: true })));
  return Response.redirect(`${shell}?partage=${files.length && isKept.every(Boolean) ? files.length : "rate"}`, 303);
}

async function sendWhatWaits() {
  const me = await outbox.fact("me");
  if (!me) return;
  const end = await sendAll(me.person);
  await badge((await outbox.waiting(me.person)).length);
  for (const page of await clients.matchAll()) page.postMessage("sent");
  if (end === "cut") throw new Error("cut"); // the browser tries again later
}

// A name that changes with what is kept.
function hash(text) {
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = ((sum * 33) ^ text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
