/** Getting sealed bytes to the site over a bad connection: made once, sent as often as it takes, always the same. */
import type { Sealed } from './compose.ts';
import { wait } from './dom.ts';
import { postSubmission, type PostAnswer } from './site-client.ts';

/** Pauses between the attempts that the page makes by itself. */
const PAUSES_MS = [1_000, 3_000];

export class Outbox {
  #sealed: Sealed | null = null;
  #underWay = false;

  /** What is being sent, or waits for a connection; null when there is nothing or its fate is known. */
  get sealed(): Sealed | null {
    return this.#sealed;
  }

  get isUnderWay(): boolean {
    return this.#underWay;
  }

  hold(sealed: Sealed): void {
    this.#sealed = sealed;
  }

  /** Forgets the bytes: stored for certain, or refused for certain. */
  release(): void {
    this.#sealed?.bytes.fill(0);
    this.#sealed = null;
  }

  /** Sends what is held, the same bytes at every attempt. `onPause` is called before each new attempt. */
  async deliver(onPause: () => void): Promise<PostAnswer> {
    const sealed = this.#sealed;
    if (sealed === null) throw new Error('nothing to send');
    this.#underWay = true;
    try {
      let answer = await postSubmission(sealed.bytes, sealed.letterId);
      for (const pause of PAUSES_MS) {
        if (answer.kind === 'stored' || answer.kind === 'refused') break;
        onPause();
        await wait(pause);
        answer = await postSubmission(sealed.bytes, sealed.letterId);
      }
      return answer;
    } finally {
      this.#underWay = false;
    }
  }
}
