// The cutting desk: pages are marked, turned, moved and left out by hand, by key or by dragging; slips are drawn on a photo.
import { spoken } from "./spoken.js";

class PageDesk extends HTMLElement {
  connectedCallback() {
    this.cells = this.querySelector(".cells");
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("change", () => this.#say());
    for (const name of ["dragstart", "dragover", "dragend"]) this.cells.addEventListener(name, (event) => this[name](event));
    this.photo = this.querySelector(".photo");
    this.photo?.addEventListener("pointerdown", (event) => this.#draw(event));
    this.#say();
  }

  #key(event) {
    const cell = event.target.closest("li");
    if (!cell || event.target !== cell) return;
    const act = {
      " ": () => this.#toggle(cell, "begins"), x: () => this.#toggle(cell, "out"), r: () => this.#turn(cell),
      ArrowRight: () => this.#step(cell, cell.nextElementSibling, event.altKey),
      ArrowLeft: () => this.#step(cell, cell.previousElementSibling, event.altKey),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
    this.#say();
  }

  #click(event) {
    const turn = event.target.closest("[data-turn]");
    if (turn) this.#turn(turn.closest("li"));
    const forward = event.target.closest("[data-forward]");
    if (forward) this.#forward(forward);
    if (event.target.closest("[data-add-slip]")) this.#add(this.#typed());
  }

  #toggle(cell, name) {
    const box = cell.querySelector(`[name=${name}]`);
    if (!box.disabled) box.checked = !box.checked;
  }

  // A finger drags no page: one button moves it, and keeps the focus.
  #forward(button) {
    const cell = button.closest("li");
    cell.previousElementSibling?.before(cell);
    button.focus();
    this.#say();
  }

  #turn(cell) {
    const field = cell.querySelector("[name^=turn-]");
    field.value = (Number(field.value) + 90) % 360;
    cell.dataset.turned = (Number(cell.dataset.turned ?? 0) + 90) % 360;
    cell.querySelector("img").style.rotate = `${cell.dataset.turned}deg`;
  }

  #step(cell, other, moves) {
    if (!other) return;
    if (moves) other.previousElementSibling === cell ? other.after(cell) : other.before(cell);
    (moves ? cell : other).focus();
  }

  dragstart(event) {
    this.moving = event.target.closest("li");
    this.moving.classList.add("is-moving");
    event.dataTransfer.effectAllowed = "move";
  }

  dragover(event) {
    const over = event.target.closest("li");
    if (!this.moving) return;
    event.preventDefault();
    if (!over || over === this.moving) return;
    const isAfter = this.moving.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    isAfter ? over.after(this.moving) : over.before(this.moving);
  }

  dragend() {
    this.moving?.classList.remove("is-moving");
    this.moving = null;
    this.#say();
  }

  // A piece begins with the first page whatever is marked; the button says how many there will be.
  #say() {
    const cells = [...this.cells.children];
    cells.forEach((cell, rank) => {
      const begins = cell.querySelector("[name=begins]");
      if (rank === 0 && !begins.disabled) [cell.was, begins.checked, begins.disabled] = [begins.checked, true, true];
      if (rank > 0 && begins.disabled) [begins.checked, begins.disabled] = [cell.was ?? false, false];
    });
    const parts = cells.reduce((parts, cell) => {
      if (cell.querySelector("[name=begins]").checked || !parts.length) parts.push(0);
      if (!cell.querySelector("[name=out]").checked) parts[parts.length - 1] += 1;
      return parts;
    }, []);
    const count = parts.filter(Boolean).length;
    const button = this.querySelector("[data-confirm-cut]");
    button.disabled = count === 0;
    button.textContent = count > 1 ? spoken`Faire ${count} pièces` : spoken`Enregistrer`;
    for (const shape of this.querySelectorAll("[data-slips] polygon")) {
      const box = this.cells.querySelector(`li[data-rank="${shape.dataset.rank}"] [name=out]`);
      shape.classList.toggle("is-out", Boolean(box?.checked));
    }
  }

  #draw(event) {
    if (event.button) return;
    const frame = this.photo.getBoundingClientRect();
    const at = ({ clientX, clientY }) => [clamp((clientX - frame.left) / frame.width), clamp((clientY - frame.top) / frame.height)];
    const from = at(event);
    const shape = this.#shape([from, from, from, from]);
    const move = (now) => shape.setAttribute("points", points(corners(from, at(now))));
    const end = (now) => {
      removeEventListener("pointermove", move);
      shape.remove();
      this.#add(corners(from, at(now)));
    };
    event.preventDefault();
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
  }

  #typed() {
    const [left, top, width, height] = ["left", "top", "width", "height"].map((side) => {
      return Number(this.querySelector(`[data-side=${side}]`).value.replace(",", ".")) / 100;
    });
    return corners([clamp(left), clamp(top)], [clamp(left + width), clamp(top + height)]);
  }

  #add(outline) {
    const [[x0, y0], , [x1, y1]] = outline;
    if (!((x1 - x0) * (y1 - y0) > 0.004)) return;
    const rank = 1 + Math.max(0, ...[...this.cells.children].map((cell) => Number(cell.dataset.rank)));
    const isFirst = !this.querySelector("[data-slips] polygon");
    const cell = this.cells.lastElementChild.cloneNode(true);
    const leaf = { rank, original: this.querySelector("[data-add-slip]").dataset.original, page: 1, outline, turn: 0 };
    cell.dataset.rank = rank;
    delete cell.dataset.turned;
    cell.querySelector("[name=leaf]").value = JSON.stringify(leaf);
    Object.assign(cell.querySelector("[name^=turn-]"), { name: `turn-${rank}`, value: 0 });
    Object.assign(cell.querySelector("[name=begins]"), { value: rank, checked: true, disabled: false });
    Object.assign(cell.querySelector("[name=out]"), { value: rank, checked: false });
    cell.querySelector(".why")?.remove();
    const image = cell.querySelector("img");
    image.style.rotate = "";
    image.src = this.#cut(x0, y0, x1, y1);
    image.alt = cell.querySelector(".small").textContent = spoken`Ticket ${rank}`;
    // The first slip drawn on a photo that was one piece: the photo itself is no longer one.
    if (isFirst) this.cells.firstElementChild.querySelector("[name=out]").checked = true;
    this.cells.append(cell);
    this.#shape(outline).dataset.rank = rank;
    this.#say();
  }

  #cut(x0, y0, x1, y1) {
    const photo = this.querySelector("[data-photo]");
    const [wide, tall] = [photo.naturalWidth, photo.naturalHeight];
    const scale = 320 / Math.max((x1 - x0) * wide, (y1 - y0) * tall);
    const canvas = Object.assign(document.createElement("canvas"), { width: (x1 - x0) * wide * scale, height: (y1 - y0) * tall * scale });
    canvas.getContext("2d").drawImage(photo, x0 * wide, y0 * tall, (x1 - x0) * wide, (y1 - y0) * tall, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.8);
  }

  #shape(outline) {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    shape.setAttribute("points", points(outline));
    this.querySelector("[data-slips]").append(shape);
    return shape;
  }
}

function corners([ax, ay], [bx, by]) {
  const [x0, x1] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [y0, y1] = [Math.min(ay, by), Math.max(ay, by)];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function points(outline) {
  return outline.map(([x, y]) => `${x * 1000},${y * 1000}`).join(" ");
}

function clamp(value) {
  return Math.min(1, Math.max(0, value || 0));
}

customElements.define("page-desk", PageDesk);
