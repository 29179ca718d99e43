// The camera page: its behaviour, the service worker that keeps it, and the change to a new version.
import "./capture-desk.js";

const desk = document.querySelector("capture-desk");

async function install() {
  if (!navigator.serviceWorker) return;
  const wasKept = Boolean(navigator.serviceWorker.controller);
  const registration = await navigator.serviceWorker.register("/sw.js", { type: "module", scope: "/" });
  const offer = () => registration.waiting && wasKept && desk.offerUpdate(() => registration.waiting.postMessage("update"));
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  // Photos are in IndexedDB, whole or not at all: a reload cuts nothing.
  navigator.serviceWorker.addEventListener("controllerchange", () => wasKept && location.reload());
  navigator.serviceWorker.addEventListener("message", () => desk.refresh());
}

install().catch(() => {}); // a browser without it still takes and sends photos
navigator.storage?.persist?.().catch(() => {});
