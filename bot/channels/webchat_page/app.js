// Puts the page together: one chat at a time, what the person does, what the bot says.

import { personasOfDemo, showBar, showPersona, showTime } from "./demo.js";
import { Line } from "./line.js";
import { Memory } from "./memory.js";
import { Post } from "./post.js";
import { element, View } from "./view.js";
import { now, putWords, setNow, switchLanguage, word } from "./words.js";

const TEXT_LENGTH = 4000;
const DOUBLE_TAP = 600;
const INVITATION = /^#([0-9A-Z]{4}-?[0-9A-Z]{4})$/i;

const state = document.getElementById("state");
const note = document.getElementById("note");
const text = document.getElementById("text");
const chosen = document.getElementById("chosen");
const language = document.getElementById("language");
const view = new View({ tap });

let chat = null;
let connection = "connecting";
let unread = 0;
let lastTap = { key: "", at: 0 };

function open(persona) {
  chat?.line.stop();
  chat?.post.recall();
  chat?.unwatch();
  const query = persona ? `?persona=${encodeURIComponent(persona)}` : "";
  const memory = new Memory(persona ? `persona/${persona}` : "me");
  let told = 0;
  const line = new Line({
    query,
    greet: () => ({ type: "hello", seen: (told = memory.seen) }),
    heard: (frame) => hear(frame, told),
    changed: connectionChanged,
    refused: () => playSomebody(),
  });
  chat = { persona, memory, line, post: new Post(memory, line), unwatch: memory.watch(draw) };
  text.value = memory.draft;
  view.clear();
  draw();
  fit();
  line.start();
}

function hear(frame, told) {
  const { memory, post } = chat;
  switch (frame.type) {
    case "ready":
      setNow(frame.now);
      showTime();
      if (frame.from < told) memory.forget();
      showInvitation();
      break;
    case "clock":
      setNow(frame.now);
      showTime();
      return;
    case "ack":
      post.kept(frame.id);
      break;
    case "error":
      post.refused(frame.id, frame.reason);
      break;
    case "reply":
      if (memory.receive(frame, post.flying)) countUnread();
      break;
  }
  draw();
}

function connectionChanged(next) {
  if (next !== "lost" || connection !== "refused") connection = next;
  if (next === "ready") chat.post.pump();
  else chat?.post.recall();
  showState();
}

// A production page has its cookie; only the demo's server refuses one without a persona.
async function playSomebody() {
  if (await offerPersonas()) return;
  connection = "refused";
  showState();
}

async function offerPersonas() {
  const personas = await personasOfDemo();
  if (personas.length === 0) return false;
  const persona = personas.find(({ id }) => id === chat.persona) ?? personas[0];
  showBar(personas, persona.id, { play, note: showNote });
  if (persona.id !== chat.persona) play(persona.id);
  return true;
}

function play(persona) {
  history.replaceState(null, "", `?persona=${encodeURIComponent(persona)}`);
  open(persona);
  showPersona(persona);
}

function draw() {
  view.draw(chat.memory.entries);
  showState();
}

function showState() {
  const waiting = chat?.memory.waiting.length ?? 0;
  const wording = [word(connection)];
  if (connection === "lost" && waiting > 0) wording.push(word("waitingToSend", waiting));
  const line = wording.join(" · ");
  if (state.textContent !== line) state.textContent = line;
  state.dataset.state = connection;
}

function countUnread() {
  if (document.visibilityState === "visible") return;
  unread += 1;
  document.title = word("unread", unread);
}

function post(frame, shown) {
  chat.memory.post({ ...frame, id: newId() }, shown, now().toISOString());
  draw();
  chat.post.pump();
}

function say() {
  const words = text.value.trim();
  const length = [...words].length;
  if (length > TEXT_LENGTH) {
    showNote(word("tooLong", length));
    return;
  }
  showNote("");
  if (words) post({ type: "message", text: words }, words);
  text.value = chat.memory.draft = "";
  fit();
  text.focus();
}

function tap(number, choice, event) {
  const key = `${number}/${choice.data}`;
  const again = lastTap.key === key && event.timeStamp - lastTap.at < DOUBLE_TAP;
  lastTap = { key, at: event.timeStamp };
  if (again) return;
  chat.memory.choose(number, choice.data);
  post({ type: "tap", data: choice.data, label: choice.label }, choice.label);
  returnFocus(event);
}

// After a finger's tap the focus stays away from the box: it would pull the keyboard up over the
// answer. A key press (detail 0) or a mouse gets the box back.
function returnFocus(event) {
  if (event.detail === 0 || matchMedia("(pointer: fine)").matches) text.focus();
}

function attach() {
  const [file] = chosen.files;
  if (!file) return;
  // Only the kind is told; the file is neither read nor named.
  const kind = { image: "photo", audio: "voice" }[file.type.split("/")[0]] ?? "file";
  chosen.value = "";
  post({ type: "attachment", kind }, word("notUploaded", word("kinds")[kind]));
  text.focus();
}

// An invitation's link carries its code after the #, which no server and no log gets to see.
function showInvitation() {
  const [, code] = INVITATION.exec(location.hash) ?? [];
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search);
  post({ type: "message", text: `/start ${code}` }, `/start ${code}`);
}

// crypto.randomUUID is missing on plain http in a local network, where the demo is tried on phones.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function showNote(words) {
  note.hidden = words === "";
  note.textContent = words;
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
}

function putOwnWords() {
  putWords();
  language.textContent = word("otherLanguage");
  language.setAttribute("aria-label", word("switchLanguage"));
  language.lang = document.documentElement.lang === "vi" ? "en" : "vi";
  const starters = word("starters").map(([label, command]) => {
    const chip = element("button", "chip", label);
    chip.type = "button";
    chip.addEventListener("click", (event) => {
      post({ type: "message", text: command }, command);
      returnFocus(event);
    });
    return chip;
  });
  document.getElementById("starters").replaceChildren(...starters);
}

function listen() {
  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    say();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      view.scrollPage(event.key === "PageUp" ? -1 : 1);
    }
    // While a Vietnamese keyboard is composing, Enter ends the word. Safari says so only by 229.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    say();
  });
  text.addEventListener("input", () => {
    chat.memory.draft = text.value;
    showNote("");
    fit();
  });
  document.getElementById("attach").addEventListener("click", () => chosen.click());
  chosen.addEventListener("change", attach);
  language.addEventListener("click", () => {
    switchLanguage();
    putOwnWords();
    view.clear();
    draw();
    showTime();
  });
  addEventListener("online", () => chat.line.wake());
  addEventListener("offline", () => chat.line.drop());
  addEventListener("pageshow", (event) => event.persisted && chat.line.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    unread = 0;
    document.title = word("title");
    chat.line.wake();
  });
}

async function begin() {
  putOwnWords();
  listen();
  const persona = new URLSearchParams(location.search).get("persona");
  open(persona);
  text.focus();
  if (persona) await offerPersonas();
}

begin();
