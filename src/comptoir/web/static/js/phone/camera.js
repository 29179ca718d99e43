// The phone's camera behind a video element: opened at its finest, a still taken from it, and where the paper lies.
import { paper } from "./edges.js";

const FINEST = { facingMode: { ideal: "environment" }, width: { ideal: 4096 }, height: { ideal: 3072 } };
const LOOK = 120; // points across: enough to see a sheet, quick on an old phone
const LOOK_EVERY = 200;

export class Camera {
  constructor(video, canvas, onpaper) {
    Object.assign(this, { video, canvas, onpaper });
    this.glance = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  }

  static isHere = () => Boolean(navigator.mediaDevices?.getUserMedia);

  async open() {
    if (this.stream?.active) return;
    this.stream = await navigator.mediaDevices.getUserMedia({ video: FINEST, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    this.looking = setInterval(() => this.#look(), LOOK_EVERY);
  }

  close() {
    clearInterval(this.looking);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  // A still as fine as the camera gives it: the first frame is the original, nothing is cropped or improved.
  async shoot() {
    const still = await this.#photo();
    return new File([still], `Photo du ${moment()}.jpg`, { type: still.type || "image/jpeg" });
  }

  async #photo() {
    const [track] = this.stream.getVideoTracks();
    try {
      if (globalThis.ImageCapture) return await within(4000, new ImageCapture(track).takePhoto());
    } catch {
      // A camera that gives no photo still gives its picture.
    }
    const { videoWidth: width, videoHeight: height } = this.video;
    const sheet = Object.assign(document.createElement("canvas"), { width, height });
    sheet.getContext("2d").drawImage(this.video, 0, 0);
    return new Promise((resolve, reject) => sheet.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.92));
  }

  #look() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || document.hidden) return;
    const [width, height] = [LOOK, Math.round((LOOK * videoHeight) / videoWidth)];
    Object.assign(this.glance.canvas, { width, height });
    this.glance.drawImage(this.video, 0, 0, width, height);
    const corners = paper(this.glance.getImageData(0, 0, width, height));
    this.#draw(corners, videoWidth, videoHeight);
    this.onpaper(corners);
  }

  #draw(corners, width, height) {
    Object.assign(this.canvas, { width, height });
    if (!corners) return;
    const pen = this.canvas.getContext("2d");
    pen.beginPath();
    corners.forEach(([x, y]) => pen.lineTo(x * width, y * height));
    pen.closePath();
    pen.lineWidth = Math.max(4, width / 160);
    pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(this.canvas).color;
    pen.stroke();
  }
}

function within(milliseconds, promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("too long")), milliseconds))]);
}

// As people say it, to the second: two photos in a row have two names.
function moment() {
  const now = new Date();
  const [hours, minutes, seconds] = now.toTimeString().slice(0, 8).split(":");
  return `${now.toLocaleDateString("fr").replaceAll("/", ".")} à ${hours}h${minutes}m${seconds}`;
}
