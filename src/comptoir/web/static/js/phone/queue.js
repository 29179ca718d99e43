// Sending what a phone holds: by the page while it is open, by the service worker when the network is back.
import * as outbox from "../outbox.js";
import { Refused, SignedOut, send } from "../sender.js";

export const TAG = "comptoir-send";

// Send everything of this person that waits, one after the other; says what became of each, and how it ended.
export async function sendAll(person, told = () => {}) {
  for (const item of await outbox.waiting(person)) {
    if (item.refused) continue;
    try {
      told({ item, state: "sending" });
      await over(item, await send(item, { told: (share) => told({ item, state: "sending", share }) }));
      told({ item, state: "over" });
    } catch (fault) {
      if (fault instanceof SignedOut) return "signed-out";
      if (!(fault instanceof Refused)) return "cut";
      // What the server does not take stays here with its sentence: a photo is thrown away by a person alone.
      await outbox.keep({ ...item, refused: fault.message });
      told({ item, state: "refused" });
    }
  }
  return "sent";
}

async function over(item, answers) {
  const locked = answers.find(({ kind }) => kind === "locked");
  if (locked) return outbox.keep({ ...item, refused: locked.sentence });
  if (answers.every(({ kind }) => kind === "refused")) return;
  await outbox.tell({ key: item.key, person: item.person, added: Date.now(), filename: item.filename, answers });
}

// Ask the browser to send when it can, even when this page is closed; where it cannot, the next opening does.
export async function sendSoon() {
  try {
    const { sync } = await navigator.serviceWorker.ready;
    await sync?.register(TAG);
  } catch {
    // Not on this browser, or not allowed: the page itself sends.
  }
}

export async function badge(count) {
  try {
    await (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.());
  } catch {
    // No badge here: the page shows the count.
  }
}
