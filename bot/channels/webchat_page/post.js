// Sends what is waiting, one message at a time: the next leaves only when the one before is kept.
// That is what makes order certain when a message must be sent again.

const ACK_PATIENCE = 10_000;
const FIRST_WAIT = 400;
const LONGEST_WAIT = 10_000;
const AGAIN = new Set(["slow_down", "try_again"]);

export class Post {
  #memory;
  #line;
  #timer = 0;
  #refusals = 0;

  constructor(memory, line) {
    this.#memory = memory;
    this.#line = line;
    this.flying = null;
  }

  pump() {
    if (this.flying || !this.#line.ready) return;
    const [next] = this.#memory.waiting;
    if (!next) return;
    this.flying = next.id;
    this.#line.send(next.frame);
    this.#timer = setTimeout(() => this.#line.drop(), ACK_PATIENCE);
  }

  kept(id) {
    this.#memory.settle(id, "sent");
    this.#refusals = 0;
    this.#land(id);
  }

  refused(id, reason) {
    const about = id ?? this.flying;
    if (!about) return;
    if (!AGAIN.has(reason)) {
      this.#memory.settle(about, "failed");
      this.#land(about);
    } else if (about === this.flying) {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#refusals);
      this.#refusals += 1;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#land(about), wait * (1 + Math.random() / 2));
    }
  }

  // The connection has gone: whatever was on its way is sent again after the next hello.
  recall() {
    clearTimeout(this.#timer);
    this.flying = null;
  }

  #land(id) {
    if (id === this.flying) this.recall();
    this.pump();
  }
}
