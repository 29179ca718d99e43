// The running difference of the lines chosen for a letter, in cents so that nothing rounds.
class LetterSum extends HTMLElement {
  connectedCallback() {
    this.closest("form").addEventListener("change", () => this.#sum());
  }

  #sum() {
    const chosen = this.closest("form").querySelectorAll("[data-amount]:checked");
    const cents = [...chosen].reduce((sum, box) => sum + Math.round(Number(box.dataset.amount) * 100), 0);
    const euros = (cents / 100).toLocaleString("fr-FR", { style: "currency", currency: "EUR" });
    this.querySelector("[data-difference]").textContent = euros;
  }
}

customElements.define("letter-sum", LetterSum);
