// Where the paper is in a picture: a bright sheet on something darker. Gives its four corners in fractions of the
// picture, clockwise from the top left; null where nothing looks like a sheet. Only a guide for the eye: what is sent is
// the whole photo, and the server looks again.
const LEAST = 0.08;
const MOST = 0.92;
const SQUARENESS = 0.8;

export function paper({ data, width, height }) {
  const grey = greyOf(data, width * height);
  const between = threshold(grey);
  const region = largest(grey.map((level) => level > between), width, height);
  if (!region || region.size < LEAST * grey.length || region.size > MOST * grey.length) return null;
  const corners = region.corners;
  const filled = region.size / Math.max(area(corners), 1);
  if (filled < SQUARENESS || filled > 1.25) return null;
  return corners.map(([x, y]) => [(x + 0.5) / width, (y + 0.5) / height]);
}

function greyOf(data, count) {
  const grey = new Uint8Array(count);
  for (let i = 0; i < count; i++) grey[i] = (data[i * 4] * 77 + data[i * 4 + 1] * 151 + data[i * 4 + 2] * 28) >> 8;
  return grey;
}

// The level that parts the dark from the bright best (Otsu 1979).
function threshold(grey) {
  const counts = new Uint32Array(256);
  for (const level of grey) counts[level]++;
  let sum = 0;
  for (let level = 0; level < 256; level++) sum += level * counts[level];
  let [below, sumBelow, best, found] = [0, 0, -1, 127];
  for (let level = 0; level < 256; level++) {
    below += counts[level];
    sumBelow += level * counts[level];
    const above = grey.length - below;
    if (!below || !above) continue;
    const gap = sumBelow / below - (sum - sumBelow) / above;
    const between = below * above * gap * gap;
    if (between > best) [best, found] = [between, level];
  }
  return found;
}

// The largest patch of bright points that hang together, and the four of them that stick out furthest.
function largest(bright, width, height) {
  const seen = new Uint8Array(bright.length);
  const stack = new Int32Array(bright.length);
  let found = null;
  for (let start = 0; start < bright.length; start++) {
    if (seen[start] || !bright[start]) continue;
    const region = { size: 0, ends: [null, null, null, null] };
    let depth = 0;
    stack[depth++] = start;
    seen[start] = 1;
    while (depth) {
      const at = stack[--depth];
      const [x, y] = [at % width, (at / width) | 0];
      region.size++;
      reach(region.ends, x, y);
      for (const [next, isInside] of [[at - 1, x > 0], [at + 1, x < width - 1], [at - width, y > 0], [at + width, y < height - 1]]) {
        if (isInside && !seen[next] && bright[next]) (seen[next] = 1), (stack[depth++] = next);
      }
    }
    if (!found || region.size > found.size) found = region;
  }
  return found && { size: found.size, corners: found.ends.map(([, x, y]) => [x, y]) };
}

// A sheet that lies straight sticks out along the diagonals: top left, top right, bottom right, bottom left.
function reach(ends, x, y) {
  [-x - y, x - y, x + y, y - x].forEach((far, side) => {
    if (!ends[side] || far > ends[side][0]) ends[side] = [far, x, y];
  });
}

function area(corners) {
  return Math.abs(corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % 4];
    return sum + x * nextY - nextX * y;
  }, 0)) / 2;
}
