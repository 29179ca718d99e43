// The files of a drop or a paste, those in folders too, in the order of their names.
export async function droppedFiles({ items, files }) {
  const entries = [...(items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...files];
  const found = await Promise.all(entries.map(within));
  return found.flat();
}

async function within(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    // A reader gives at most a hundred at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    inside.push(...some);
  }
  inside.sort((one, other) => one.name.localeCompare(other.name, "fr", { numeric: true }));
  return (await Promise.all(inside.map(within))).flat();
}
