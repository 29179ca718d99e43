// A form whose answer comes from the device: a passkey is made (act="create") or used (act="get"), then posted.
import { spoken } from "./spoken.js";

const SAID = {
  NotAllowedError: spoken`La demande a été annulée, ou elle a expiré. Recommencez quand vous voulez.`,
  InvalidStateError: spoken`Cet appareil a déjà une clé d’accès pour ce compte.`,
  SecurityError: spoken`Les clés d’accès demandent l’adresse sécurisée de Comptoir (https), et non celle d’une machine.`,
};
const OTHERWISE = spoken`Cet appareil n’a pas pu répondre. Recommencez, ou servez-vous de votre mot de passe.`;

class PassKey extends HTMLElement {
  connectedCallback() {
    // A passkey belongs to a name: a bare IP address has none, and a page without https is not trusted.
    const isNamed = isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
    const knows = isNamed && Boolean(globalThis.PublicKeyCredential && navigator.credentials);
    const unsupported = this.querySelector("[data-unsupported]");
    if (unsupported) unsupported.hidden = knows;
    if (unsupported && !isNamed) unsupported.textContent = SAID.SecurityError;
    this.form = this.querySelector("form");
    this.form.toggleAttribute("hidden", !knows);
    if (!knows) return;
    this.hidden = false;
    this.form.addEventListener("submit", this.#ask);
  }

  disconnectedCallback() {
    this.form.removeEventListener("submit", this.#ask);
  }

  #ask = async (event) => {
    event.preventDefault();
    const button = this.form.querySelector("button:not([type=button])");
    this.#say("");
    button.disabled = true;
    try {
      const options = await this.#options();
      const { webauthnJSON } = globalThis;
      const answer = this.#creates ? await webauthnJSON.create(alone(options)) : await webauthnJSON.get(options);
      this.form.elements.credential.value = JSON.stringify(answer);
      this.form.submit();
    } catch (fault) {
      this.#say(SAID[fault.name] ?? OTHERWISE);
      button.disabled = false;
    }
  };

  get #creates() {
    return this.getAttribute("act") === "create";
  }

  async #options() {
    const from = this.getAttribute("from");
    const data = from
      ? await (await fetch(from, { headers: { Accept: "application/json" } })).json()
      : JSON.parse(document.getElementById(this.getAttribute("options")).textContent);
    return structuredClone(this.#creates ? data.creation_options : data.request_options);
  }

  #say(sentence) {
    const alert = this.querySelector("[role=alert]");
    alert.querySelector("span").textContent = sentence;
    alert.hidden = !sentence;
  }
}

// A passkey that is to sign in by itself stays on the device, and asks for the finger or the code.
function alone(options) {
  Object.assign(options.publicKey.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  return options;
}

customElements.define("pass-key", PassKey);
