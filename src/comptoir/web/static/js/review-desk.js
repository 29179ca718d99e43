// Review by keyboard: Enter accepts, Tab goes through doubtful values, e edits, x sets aside, q asks the client, arrows change piece.
import { spoken } from "./spoken.js";

class ReviewDesk extends HTMLElement {
  connectedCallback() {
    this.on = new AbortController();
    addEventListener("keydown", (event) => this.#key(event), { signal: this.on.signal });
    this.addEventListener("focusin", (event) => this.#point(event.target.dataset.field));
    this.querySelector("#posting")?.addEventListener("submit", (event) => this.#beforePosting(event));
    this.querySelector("#values").addEventListener("input", () => (this.isCorrecting = true));
    this.querySelector("[data-add-line]")?.addEventListener("click", () => this.#addLine());
    this.addEventListener("input", (event) => event.target.matches("[name=debit], [name=credit]") && this.#balance());
    if (this.querySelector("[data-balance]")) this.#balance();
    this.querySelector("input.doubt")?.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    this.on.abort();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const isTyping = event.target.matches("input, select, textarea");
    if (event.key === "Escape") document.activeElement.blur();
    else if (isTyping) return;
    else if (event.key === "Enter" && !event.target.matches("a, button, summary")) this.#press(event, "#posting [data-key=Enter]");
    else if (event.key === "Tab") this.#doubtful(event);
    else if (event.key === "e") this.#focus(event, "[name=account]");
    else if (event.key === "x") this.#focus(event, "[data-reason]");
    else if (event.key === "q") this.#focus(event, "[data-question]");
    else if (event.key === "s") document.querySelector("a[data-key=s]")?.click();
    else if (event.key.startsWith("Arrow")) document.querySelector(`a[data-key=${event.key}]`)?.click();
  }

  // Nothing typed is lost, no doubt goes by unseen, and a key pressed twice posts once.
  #beforePosting(event) {
    if (this.isPosting) return event.preventDefault();
    if (this.isCorrecting) {
      event.preventDefault();
      const isRewritten = [...this.querySelectorAll("#posting input")].some((input) => input.value !== input.defaultValue);
      if (isRewritten && !this.isTold) {
        this.isTold = true;
        this.#warn(spoken`Valeurs et écriture ont changé : validez encore une fois pour garder les valeurs et reproposer l’écriture.`);
      } else this.querySelector("#values").requestSubmit();
      return;
    }
    const doubtful = this.querySelector("input.doubt, select.doubt") ?? this.querySelector(".why.doubt:not([data-warning])");
    if (doubtful && !this.isWarned) {
      event.preventDefault();
      this.isWarned = true;
      this.#warn(spoken`Il reste un doute. Validez encore une fois pour accepter quand même.`);
      doubtful.focus?.({ preventScroll: false });
      document.activeElement.blur();
      return;
    }
    this.isPosting = true;
  }

  #warn(words) {
    const said = this.querySelector("[data-warning]");
    said.hidden = false;
    said.querySelector("span").textContent = words;
  }

  #addLine() {
    const rows = this.querySelector(".ent tbody");
    const line = rows.lastElementChild.cloneNode(true);
    for (const input of line.querySelectorAll("input")) input.value = input.name === "label" ? input.value : "";
    rows.append(line);
    line.querySelector("input").focus();
  }

  // Said while typing; the server checks it again.
  #balance() {
    const [debit, credit] = ["debit", "credit"].map((side) => [...this.querySelectorAll(`[name=${side}]`)].reduce((sum, input) => sum + cents(input.value), 0));
    for (const [side, sum] of Object.entries({ debit, credit })) this.querySelector(`[data-total=${side}]`).textContent = euros(sum);
    const gap = debit - credit;
    const said = this.querySelector("[data-balance]");
    said.className = `state ${gap ? "bad" : "ok"}`;
    said.querySelector("span").textContent = Number.isNaN(gap) ? spoken`Un montant n’est pas lisible` : gap ? spoken`Écart de ${euros(Math.abs(gap))}` : spoken`Équilibrée`;
  }

  #press(event, selector) {
    event.preventDefault();
    this.querySelector(selector)?.click();
  }

  #focus(event, selector) {
    event.preventDefault();
    this.querySelector(selector)?.focus();
  }

  #doubtful(event) {
    const first = this.querySelector("input.doubt") ?? this.querySelector("#values input");
    if (!first || event.shiftKey || this.contains(document.activeElement)) return;
    event.preventDefault();
    first.focus();
  }

  #point(field) {
    this.querySelectorAll("rect.is-pointed").forEach((rect) => rect.classList.remove("is-pointed"));
    this.querySelector(`rect[data-field="${field}"]`)?.classList.add("is-pointed");
  }
}

const cents = (written) => Math.round(100 * Number(written.replace(/[\s\u202f\u00a0€]/g, "").replace(",", ".")));
const euros = (sum) => (Number.isNaN(sum) ? "–" : (sum / 100).toLocaleString("fr-FR", { minimumFractionDigits: 2 }));

customElements.define("review-desk", ReviewDesk);
