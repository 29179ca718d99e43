// Lettrage by keyboard: arrows move, Space ticks, Enter letters, 1–9 take a proposal, z takes the last letter back.
import { plural, spoken } from "./spoken.js";

// Sums run in cents so that nothing rounds; the server checks them again.
class LetterDesk extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("#letter");
    this.sides = [...this.querySelectorAll("[data-side]")];
    this.on = new AbortController();
    const options = { signal: this.on.signal };
    this.addEventListener("change", () => this.#sum(), options);
    this.form.addEventListener("reset", () => setTimeout(() => this.#sum()), options);
    this.addEventListener("input", (event) => this.#filter(event.target), options);
    addEventListener("keydown", (event) => this.#key(event), options);
    document.body.addEventListener("live:production", () => this.#changed(), options);
    this.#sum();
  }

  disconnectedCallback() {
    this.on.abort();
  }

  // Another person lettered or posted: show it at once, unless lines are being chosen here.
  #changed() {
    const isBusy = this.querySelector("[data-amount]:checked") || [...this.querySelectorAll("[data-filter]")].some((f) => f.value);
    if (!isBusy) window.htmx.trigger(this, "refresh");
    else this.#say(spoken`La liste a changé ailleurs : rechargez la page quand vous aurez fini.`, "missing");
  }

  #sum() {
    const sums = this.sides.map((side) => cents([...side.querySelectorAll("[data-amount]:checked")]));
    const chosen = [...this.querySelectorAll("[data-amount]:checked")];
    for (const box of this.querySelectorAll("[data-amount]")) box.closest("tr").setAttribute("aria-selected", box.checked);
    this.sides.forEach((side, rank) => {
      const ticked = side.querySelectorAll("[data-amount]:checked").length;
      this.querySelector(`[data-count="${rank}"]`).textContent = named(ticked, rank);
      this.querySelector(`[data-sum="${rank}"]`).textContent = euros(Math.abs(sums[rank]), "decimal");
    });
    const gap = sums[0] + sums[1];
    const parties = new Set(chosen.map((box) => box.dataset.party));
    this.querySelector("[data-difference]").textContent = euros(Math.abs(gap), "currency");
    const isRight = chosen.length > 1 && gap === 0 && parties.size === 1;
    this.querySelector("[data-letter]")?.toggleAttribute("disabled", !isRight);
    if (!chosen.length) this.#say(spoken`Cochez un règlement et ce qu’il paie.`, "");
    else if (parties.size > 1) this.#say(spoken`Ces lignes sont de tiers différents.`, "missing");
    else if (isRight) this.#say(spoken`Soldé`, "ok");
    else this.#say(chosen.length > 1 ? spoken`Il reste un écart.` : spoken`Cochez ce qui la solde.`, "");
  }

  #say(words, tone) {
    const verdict = this.querySelector("[data-verdict]");
    verdict.textContent = words;
    verdict.className = `state ${tone}`;
  }

  // What is ticked stays in sight, whatever is typed.
  #filter(input) {
    if (!input.matches("[data-filter]")) return;
    const wanted = plain(input.value);
    const side = input.closest("[data-side]");
    const rows = [...side.querySelectorAll("[data-row]")];
    for (const row of rows) row.hidden = !(plain(row.textContent).includes(wanted) || row.querySelector(":checked"));
    const shown = rows.filter((row) => !row.hidden).length;
    side.querySelector("[data-shown]").textContent = shown === rows.length ? rows.length : spoken`${shown} sur ${rows.length}`;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape") return isTyping ? event.target.blur() : this.form.reset();
    if (event.key.startsWith("Arrow") && !event.target.matches("select")) return this.#move(event, isTyping);
    if (event.key === "Enter" && isTyping && event.target.matches("[data-filter]")) return event.preventDefault();
    if (isTyping) return;
    if (event.key === "Enter" && !event.target.matches("a, button, summary")) this.#press(event, "[data-letter]");
    else if (event.key === "/") this.#focus(event, (this.#place()?.side ?? this.sides[0]).querySelector("[data-filter]"));
    else if (/^[1-9z]$/.test(event.key)) this.#press(event, `[data-key="${event.key}"]`);
  }

  #press(event, selector) {
    event.preventDefault();
    this.querySelector(selector)?.click();
  }

  #focus(event, target) {
    event.preventDefault();
    target?.focus();
    target?.closest("tr")?.scrollIntoView({ block: "nearest" });
  }

  #place() {
    const side = document.activeElement.closest?.("[data-side]");
    return side && { side, row: document.activeElement.closest("[data-row]") };
  }

  #move(event, isTyping) {
    if (isTyping && event.key !== "ArrowDown") return;
    const place = this.#place() ?? { side: this.sides[0], row: null };
    const isAcross = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const side = isAcross ? this.sides[event.key === "ArrowLeft" ? 0 : 1] : place.side;
    const rows = [...side.querySelectorAll("[data-row]:not([hidden])")];
    const rank = isAcross ? 0 : rows.indexOf(place.row) + (event.key === "ArrowDown" ? 1 : -1);
    const row = rows[Math.min(Math.max(rank, 0), rows.length - 1)];
    if (row) this.#focus(event, row.querySelector("[data-amount]"));
  }
}

const cents = (boxes) => boxes.reduce((sum, box) => sum + Math.round(Number(box.dataset.amount) * 100), 0);
const euros = (amount, style) => (amount / 100).toLocaleString("fr-FR", { style, currency: "EUR", minimumFractionDigits: 2 });
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const named = (count, rank) => (count ? `${count} ${[spoken`règlement`, spoken`facture`][rank]}${plural(count)}` : [spoken`Règlements`, spoken`Factures`][rank]);

customElements.define("letter-desk", LetterDesk);
