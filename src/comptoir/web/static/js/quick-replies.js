// A short answer that is touched stands in the writing field, to be completed or sent; without this script it is sent.
class QuickReplies extends HTMLElement {
  connectedCallback() {
    // A field that opens under the finger would move the answer away from it.
    this.addEventListener("mousedown", (event) => event.preventDefault());
    this.addEventListener("click", (event) => {
      const chip = event.target.closest("button[name=quick]");
      if (!chip) return;
      event.preventDefault();
      const form = chip.form;
      const rich = form.querySelector("rich-text");
      const plain = form.querySelector("textarea");
      if (rich?.editor) rich.put(chip.value);
      else plain.value = chip.value;
      for (const one of this.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === chip));
      form.querySelector("button.primary, button.wide").focus();
    });
  }
}

customElements.define("quick-replies", QuickReplies);
