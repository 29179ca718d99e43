// Rows of a list that a person writes: one more, one less, up, down; without a script a row that is emptied is left out.
class ItemRows extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.blank = this.list.lastElementChild.cloneNode(true);
    for (const hidden of this.querySelectorAll("[hidden]")) hidden.hidden = false;
    for (const hidden of this.blank.querySelectorAll("[hidden]")) hidden.hidden = false;
    this.addEventListener("click", (event) => this.#click(event.target.closest("button")));
    this.addEventListener("keydown", (event) => this.#enter(event));
  }

  #click(button) {
    const row = button?.closest("li");
    if (button?.matches("[data-more]")) this.#more();
    else if (button?.matches("[data-up]")) row.previousElementSibling?.before(row);
    else if (button?.matches("[data-down]")) row.nextElementSibling?.after(row);
    else if (button?.matches("[data-out]")) return this.#out(row);
    else return;
    if (row) button.focus();
  }

  // Enter goes on to the next row rather than sending half a list.
  #enter(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    const next = event.target.closest("li").nextElementSibling;
    if (next) next.querySelector("[name=label]").focus();
    else this.#more();
  }

  #more() {
    const row = this.blank.cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    this.list.append(row);
    row.querySelector("[name=label]").focus();
  }

  #out(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (next) next.querySelector("[name=label]").focus();
    else this.#more();
  }
}

customElements.define("item-rows", ItemRows);
