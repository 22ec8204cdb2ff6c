// One persona's transcript, kept on the device and shared by its tabs. Every change reads what is
// stored, edits it and stores it again in one go, so that two tabs do not undo each other's work.

const LIMIT = 200;

export class Memory {
  #key;
  #unstored = null;

  constructor(name) {
    this.#key = `baocao/chat/${name}`;
  }

  // Reports changes made by other tabs; returns how to stop listening.
  watch(changed) {
    const listener = (event) => {
      if (event.key === this.#key || event.key === null) changed();
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }

  get entries() {
    return this.#read().entries;
  }

  get seen() {
    return this.#read().seen;
  }

  get waiting() {
    return this.entries.filter((entry) => entry.state === "pending");
  }

  post(frame, text, at) {
    const entry = { who: "me", id: frame.id, frame, text, at, state: "pending" };
    this.#change(({ entries }) => entries.push(entry));
  }

  settle(id, state) {
    this.#change(({ entries }) => {
      const entry = entries.find((each) => each.id === id);
      if (entry) entry.state = state;
    });
  }

  choose(number, data) {
    this.#change(({ entries }) => {
      const entry = entries.find((each) => each.number === number);
      if (entry) entry.chosen = data;
    });
  }

  // Keeps a reply once; it goes above what the bot cannot have read yet. `flying` has been sent.
  receive(reply, flying) {
    const { number, text, choices, file, at } = reply;
    let fresh = false;
    this.#change((kept) => {
      const known = kept.entries.some((entry) => entry.number === number);
      if (known || number <= kept.dropped) return;
      fresh = true;
      kept.seen = Math.max(kept.seen, number);
      const unsent = kept.entries.findIndex((e) => e.state === "pending" && e.id !== flying);
      const place = unsent < 0 ? kept.entries.length : unsent;
      kept.entries.splice(place, 0, { who: "bot", number, text, choices, file, at });
    });
    return fresh;
  }

  // The bot does not know this transcript (a new demo, another session): only what is still
  // to be sent stays.
  forget() {
    this.#change((kept) => {
      kept.entries = kept.entries.filter((entry) => entry.state === "pending");
      kept.seen = 0;
      kept.dropped = 0;
    });
  }

  get draft() {
    return quietly(() => sessionStorage.getItem(`${this.#key}/draft`)) ?? "";
  }

  set draft(text) {
    quietly(() => sessionStorage.setItem(`${this.#key}/draft`, text));
  }

  #change(edit) {
    const kept = this.#read();
    edit(kept);
    trim(kept, LIMIT);
    this.#write(kept);
  }

  #read() {
    if (this.#unstored) return this.#unstored;
    const kept = quietly(() => JSON.parse(localStorage.getItem(this.#key)));
    return Array.isArray(kept?.entries) ? kept : { entries: [], seen: 0, dropped: 0 };
  }

  #write(kept) {
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: this tab goes on from memory, which beats losing a message.
      this.#unstored = kept;
    }
  }
}

function trim(kept, limit) {
  while (kept.entries.length > limit) {
    const oldest = kept.entries.findIndex((entry) => entry.state !== "pending");
    if (oldest < 0) return;
    const [entry] = kept.entries.splice(oldest, 1);
    if (entry.number) kept.dropped = Math.max(kept.dropped, entry.number);
  }
}

function quietly(read) {
  try {
    return read();
  } catch {
    return null;
  }
}
