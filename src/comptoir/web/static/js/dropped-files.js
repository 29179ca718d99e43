// The files of a drop or a paste, those in folders too, in the order of their names.
export async function droppedFiles({ items, files }) {
  const entries = [...(items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...files];
  const found = await Promise.all(entries.map((entry) => within(entry)));
  return found.flat();
}

// Each remembers in which directory it stood: `2025/TVA`.
async function within(entry, path = "") {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [Object.assign(file, { path })];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    // A reader gives at most a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    inside.push(...some);
  }
  inside.sort((one, other) => one.name.localeCompare(other.name, "fr", { numeric: true }));
  return (await Promise.all(inside.map((one) => within(one, path ? `${path}/${entry.name}` : entry.name)))).flat();
}
