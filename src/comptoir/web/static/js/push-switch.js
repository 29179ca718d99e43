// Asks the browser, after a touch, to show what the person is told; hidden where the browser cannot.
class PushSwitch extends HTMLElement {
  connectedCallback() {
    const isSupported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    const isApple = /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;
    this.hidden = !isSupported || !this.dataset.key;
    const install = document.querySelector("[data-install]");
    if (install) install.hidden = !(isApple && !isSupported);
    this.querySelector("button").addEventListener("click", () => this.#ask());
  }

  async #ask() {
    const refused = this.querySelector("[data-refused]");
    refused.hidden = true;
    if ((await Notification.requestPermission()) !== "granted") return (refused.hidden = false);
    try {
      await navigator.serviceWorker.register("/sw.js", { type: "module", scope: "/" });
      const worker = await navigator.serviceWorker.ready;
      const given = { userVisibleOnly: true, applicationServerKey: this.dataset.key };
      this.#send((await worker.pushManager.subscribe(given)).toJSON());
    } catch {
      refused.hidden = false;
    }
  }

  #send({ endpoint, keys }) {
    const form = this.querySelector("form");
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => form.elements[name] && (form.elements[name].value = value));
    form.requestSubmit();
  }
}

customElements.define("push-switch", PushSwitch);
