// What this device holds until it is sent, in IndexedDB: a reload, a crash or a day without a network loses none of it.
//   files   what waits to be sent, oldest first
//   pages   photos of a piece that is still being taken
//   told    what the server said of files that a phone has sent
//   facts   who is signed in here, and where they may hand in
const STORES = { files: "key", pages: "key", told: "key", facts: "name" };
const ROOM = 512 * 1024 * 1024; // beyond this much waiting, a file stays in memory only, and the page says so
const REMEMBERED = 30;

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("comptoir", 2);
    asked.onupgradeneeded = () => {
      const { objectStoreNames } = asked.result;
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (!objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
      }
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(name, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction(name, mode, { durability: "strict" });
      const asked = act(change.objectStore(name));
      change.oncomplete = () => resolve(asked?.result);
      change.onabort = change.onerror = () => reject(change.error);
    });
  } finally {
    database.close();
  }
}

const all = (name) => inStore(name, "readonly", (store) => store.getAll()).catch(() => []);
const put = (name, row) => inStore(name, "readwrite", (store) => store.put(row)).then(() => true, () => false);
const drop = (name, key) => inStore(name, "readwrite", (store) => store.delete(key)).catch(() => {});
const inOrder = (rows) => rows.sort((one, other) => one.added - other.added);

// Everything that waits for this person in this company, the oldest first: another person's files stay theirs.
export async function waiting(person, company) {
  const found = await all("files");
  return inOrder(found.filter((item) => item.person === person && (!company || item.company === company)));
}

// Whatever waits on this device, whoever's it is.
export const everything = async () => inOrder(await all("files"));

// Keep a file; says whether it is kept through a reload.
export async function keep(item) {
  const held = (await waiting(item.person)).reduce((sum, { key, file }) => sum + (key === item.key ? 0 : file.size), 0);
  if (held + item.file.size > ROOM) return false;
  return put("files", item);
}

export const forget = (key) => drop("files", key);

// A name of its own and a place in the order: what was added later comes later, even within one millisecond.
export const stamp = () => ({
  key: crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now(),
  added: Date.now() + (performance.now() % 1),
});

export function item(file, { person, company, purpose = "", way = "web", justifies = "", pages = [], paidBy = "", place = "", path = "" }) {
  return { ...stamp(), person, company, file, filename: file.name, purpose, way, justifies, pages, paidBy, place, path };
}

// The photos of a piece that nobody has sent yet, in their order.
export const taken = async () => inOrder(await all("pages"));
export const take = (page) => put("pages", page);
export const untake = (key) => drop("pages", key);

// The piece is whole: what was being taken becomes a file that waits, in one breath or not at all.
export async function close(row, pages) {
  const database = await opened();
  try {
    return await new Promise((resolve) => {
      const change = database.transaction(["files", "pages"], "readwrite", { durability: "strict" });
      change.objectStore("files").put(row);
      for (const { key } of pages) change.objectStore("pages").delete(key);
      change.oncomplete = () => resolve(true);
      change.onabort = change.onerror = () => resolve(false);
    });
  } finally {
    database.close();
  }
}

export async function tell(row) {
  await put("told", row);
  const old = (await told()).slice(REMEMBERED);
  for (const { key } of old) await drop("told", key);
}

export const told = async () => inOrder(await all("told")).reverse();

export const fact = async (name) => (await inStore("facts", "readonly", (store) => store.get(name)).catch(() => null))?.value;
export const learn = (name, value) => put("facts", { name, value });
