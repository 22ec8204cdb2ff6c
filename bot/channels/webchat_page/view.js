// Draws a transcript. Words from people and from the bot enter the page as text, never as markup.

import { dayOf, timeOf, word } from "./words.js";

const NEAR = 80;
const PICTURES = ["image/png", "image/jpeg"];

export class View {
  #log = document.getElementById("log");
  #list = document.getElementById("messages");
  #welcome = document.getElementById("welcome");
  #newest = document.getElementById("newest");
  #drawn = new Map();
  #wasNear = true;
  #tap;

  constructor({ tap }) {
    this.#tap = tap;
    this.#newest.addEventListener("click", () => this.#toEnd());
    this.#log.addEventListener("scroll", () => {
      this.#wasNear = this.#nearEnd();
      if (this.#wasNear) this.#newest.hidden = true;
    });
    // A keyboard that slides in must not cover what was being read.
    new ResizeObserver(() => this.#wasNear && this.#toEnd()).observe(this.#log);
  }

  // Another persona or another language: everything is drawn anew.
  clear() {
    this.#list.replaceChildren();
    this.#drawn.clear();
    this.#log.setAttribute("aria-busy", "true");
  }

  draw(entries) {
    const first = this.#drawn.size === 0;
    const follow = first || this.#nearEnd();
    const added = this.#place(entries);
    this.#welcome.hidden = entries.length > 0;
    this.#log.setAttribute("aria-busy", "false");
    const last = added.at(-1);
    if (!last) return;
    if (follow || last.classList.contains("me")) this.#show(first ? null : last);
    else this.#newest.hidden = false;
  }

  scrollPage(direction) {
    this.#log.scrollBy({ top: direction * this.#log.clientHeight * 0.85 });
  }

  #place(entries) {
    const added = [];
    const wanted = new Set();
    const latest = entries.findLast((entry) => entry.who === "bot");
    let day = "";
    entries.forEach((entry, index) => {
      const key = entry.id ?? entry.number;
      let node = this.#drawn.get(key);
      if (!node) {
        node = this.#draw(entry);
        this.#drawn.set(key, node);
        added.push(node);
      }
      wanted.add(key);
      if (this.#list.children[index] !== node) {
        this.#list.insertBefore(node, this.#list.children[index] ?? null);
      }
      const before = day;
      day = dayOf(entry.at);
      refresh(node, entry, { day: day === before ? "" : day, latest: entry === latest });
    });
    for (const [key, node] of this.#drawn) {
      if (wanted.has(key)) continue;
      node.remove();
      this.#drawn.delete(key);
    }
    return added;
  }

  #draw(entry) {
    const node = element("div", `entry ${entry.who}`);
    const bubble = element("div", "bubble");
    bubble.append(element("span", "unseen", word(entry.who)), element("p", "words", entry.text));
    if (PICTURES.includes(entry.file?.media_type)) {
      bubble.classList.add("pictured");
      bubble.append(picture(entry));
    } else if (entry.file) bubble.append(fileCard(entry.file));
    const foot = element("p", "foot");
    const time = element("time", "", timeOf(entry.at));
    time.dateTime = entry.at;
    foot.append(time);
    if (entry.who === "me") foot.append(element("span", "mark"));
    bubble.append(foot);
    node.append(element("p", "day"), bubble);
    if (entry.choices?.length) node.append(this.#chips(entry));
    return node;
  }

  #chips(entry) {
    const chips = element("div", "chips");
    chips.setAttribute("role", "group");
    chips.setAttribute("aria-label", word("choices"));
    for (const choice of entry.choices) {
      const chip = element("button", "chip", choice.label);
      chip.type = "button";
      chip.dataset.choice = choice.data;
      chip.addEventListener("click", (event) => this.#tap(entry.number, choice, event));
      chips.append(chip);
    }
    return chips;
  }

  #show(node) {
    this.#newest.hidden = true;
    // A long answer is read from its beginning.
    if (node && node.offsetHeight > this.#log.clientHeight) {
      this.#log.scrollTop = node.offsetTop - 8;
      this.#wasNear = false;
    } else this.#toEnd();
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#wasNear = true;
    this.#newest.hidden = true;
  }

  #nearEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
  }
}

function refresh(node, entry, { day, latest }) {
  const [dayLine] = node.children;
  if (dayLine.textContent !== day) dayLine.textContent = day;
  node.classList.toggle("latest", latest);
  for (const chip of node.querySelectorAll(".chip")) {
    chip.classList.toggle("chosen", entry.chosen === chip.dataset.choice);
  }
  if (node.dataset.state === entry.state || entry.who !== "me") return;
  node.dataset.state = entry.state;
  const mark = node.querySelector(".mark");
  const shape = { pending: "waiting", sent: "tick", failed: "alert" }[entry.state];
  const wording = element("span", entry.state === "failed" ? "" : "unseen", word(entry.state));
  mark.replaceChildren(wording, icon(shape));
}

// A picture is shown where it was sent; one that cannot be loaded can still be saved at a tap.
function picture({ file, text }) {
  const link = element("a", "picture");
  link.href = file.url;
  link.target = "_blank";
  link.rel = "noopener";
  const image = element("img");
  image.loading = "lazy";
  image.alt = text.split("\n", 1)[0];
  if (file.width) [image.width, image.height] = [file.width, file.height];
  image.addEventListener("error", () => link.replaceWith(fileCard(file)));
  image.src = file.url;
  link.append(image, element("span", "unseen", word("fullSize")));
  return link;
}

function fileCard(file) {
  const card = element("a", "file");
  card.href = file.url;
  card.download = file.name;
  const names = element("span", "file-names");
  names.append(element("span", "file-name", file.name), element("span", "file-get", word("download")));
  card.append(icon("sheet"), names, icon("down"));
  return card;
}

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}
