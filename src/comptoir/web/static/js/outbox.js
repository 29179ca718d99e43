// Files that this device still has to send, kept in IndexedDB: a reload, a crash or a day without a network loses none.
const STORE = "files";
const ROOM = 512 * 1024 * 1024; // beyond this much waiting, a file stays in memory only, and the page says so

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("comptoir", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction(STORE, mode);
      const asked = act(change.objectStore(STORE));
      change.oncomplete = () => resolve(asked?.result);
      change.onabort = change.onerror = () => reject(change.error);
    });
  } finally {
    database.close();
  }
}

// Everything that waits for this person in this company, the oldest first: another person's files stay theirs.
export async function waiting(person, company) {
  const all = await inStore("readonly", (store) => store.getAll()).catch(() => []);
  return all
    .filter((item) => item.person === person && (!company || item.company === company))
    .sort((one, other) => one.added - other.added);
}

// Keep a file; says whether it is kept through a reload.
export async function keep(item) {
  const held = (await waiting(item.person)).reduce((sum, { file }) => sum + file.size, 0);
  if (held + item.file.size > ROOM) return false;
  return inStore("readwrite", (store) => store.put(item)).then(() => true, () => false);
}

export async function forget(key) {
  await inStore("readwrite", (store) => store.delete(key)).catch(() => {});
}

export function item(file, { person, company, purpose = "", way = "web", justifies = "" }) {
  const key = crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now();
  return { key, person, company, file, filename: file.name, purpose, way, justifies, added: Date.now() + performance.now() % 1 };
}
