// The connection: opens a session, then a socket, says hello, and comes back by itself.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const PATIENCE = 8_000;

export class Line {
  #query;
  #greet;
  #heard;
  #changed;
  #refused;
  #socket = null;
  #known = false;
  #opening = false;
  #stopped = false;
  #tries = 0;
  #retry = 0;
  #deadline = 0;

  // query: the persona's part of every address; greet() makes the hello; heard(frame),
  // changed("connecting" | "ready" | "lost") and refused() tell the page.
  constructor({ query, greet, heard, changed, refused }) {
    this.#query = query;
    this.#greet = greet;
    this.#heard = heard;
    this.#changed = changed;
    this.#refused = refused;
    this.ready = false;
  }

  start() {
    this.#changed("connecting");
    this.#open();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#release();
  }

  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  // The network or the person is back. A socket may look open long after its network has gone,
  // so an open one is asked to answer a hello.
  wake() {
    if (this.#stopped || this.#opening) return;
    if (this.ready) {
      this.#hello();
    } else if (!this.#socket) {
      this.#tries = 0;
      clearTimeout(this.#retry);
      this.#open();
    }
  }

  // Gives this connection up without waiting for a goodbye that may never arrive.
  drop() {
    if (this.#stopped || !this.#socket) return;
    this.#release();
    this.#comeBack();
  }

  async #open() {
    this.#opening = true;
    const open = this.#known || (await this.#introduce());
    this.#opening = false;
    if (this.#stopped) return;
    if (!open) {
      this.#comeBack();
      return;
    }
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws${this.#query}`);
    this.#socket = socket;
    this.#expect();
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    socket.onclose = () => this.drop();
  }

  // The cookie is asked for by a request of the page itself: a link from another app arrives
  // without our SameSite=Strict cookie, and setting one then would replace the person's chat.
  async #introduce() {
    try {
      const answer = await fetch(`/session${this.#query}`, { method: "POST", cache: "no-store" });
      if (!answer.ok) return false;
      const { open } = await answer.json();
      if (!open && !this.#stopped) this.#refused();
      this.#known = open;
      return open;
    } catch {
      return false;
    }
  }

  #hello() {
    this.send(this.#greet());
    this.#expect();
  }

  #expect() {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.drop(), PATIENCE);
  }

  #take(frame) {
    if (frame.type === "ready") {
      clearTimeout(this.#deadline);
      this.#tries = 0;
      this.ready = true;
    }
    this.#heard(frame);
    if (frame.type === "ready") this.#changed("ready");
  }

  #release() {
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    // A connection that never became ready may mean that the session has gone.
    if (!this.ready) this.#known = false;
    this.ready = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #comeBack() {
    this.#changed("lost");
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries);
    this.#tries += 1;
    // Jitter: after an outage a hundred phones must not knock in the same second.
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }
}
