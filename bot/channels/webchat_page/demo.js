// The demo's bar: whom to play, what time it is, and moving it. Absent in production.

import { element } from "./view.js";
import { dateOf, now, setNow, timeOf, toldTime, word } from "./words.js";

const bar = document.getElementById("demo");
const select = document.getElementById("persona");
const clock = document.getElementById("clock");
const hint = document.getElementById("hint");

let personas = [];

export async function personasOfDemo() {
  try {
    const answer = await fetch("/demo/personas", { cache: "no-store" });
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

export function showBar(found, chosen, { play, note }) {
  if (personas.length > 0) return;
  personas = found;
  for (const persona of personas) {
    const option = element("option", "", `${persona.name} · ${persona.role}`);
    option.value = persona.id;
    select.append(option);
  }
  select.addEventListener("change", () => play(select.value));
  for (const button of bar.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(button, note));
  }
  setInterval(showTime, 1000);
  bar.hidden = false;
  showPersona(chosen);
}

export function showPersona(id) {
  select.value = id;
  hint.textContent = personas.find((persona) => persona.id === id)?.hint ?? "";
  showTime();
}

export function showTime() {
  if (!toldTime()) return;
  const time = timeOf(now());
  const date = dateOf(now());
  if (clock.textContent === time + date) return;
  clock.replaceChildren(element("strong", "", time), element("span", "", date));
  clock.dateTime = now().toISOString();
  clock.title = word("clockNow", `${time} ${date}`);
}

async function move(button, note) {
  // Not `disabled`: that would take the focus away from whoever steps with the keyboard.
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch("/demo/clock", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ [button.dataset.move]: Number(button.dataset.count) }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    setNow((await answer.json()).now);
    showTime();
    note("");
  } catch {
    note(word("notMoved"));
  } finally {
    button.setAttribute("aria-disabled", "false");
  }
}
