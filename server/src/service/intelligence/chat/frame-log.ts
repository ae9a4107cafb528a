import type { ChatEvent, ChatFrame } from '@aiops/contract/model/chat'

/** What is kept of one answer while it is written; beyond, what was told is told again in short. */
const framesMax = 5_000
const charactersMax = 2_097_152

/** An answer as it is told: frames in order, for any number of readers, each at its own place. */
export class FrameLog {
  readonly #messageId: string
  #frames: ChatFrame[] = []
  #seq = 0
  #characters = 0
  #pieces: string[] = []
  #ended = false
  #waiting: (() => void)[] = []

  constructor(messageId: string) {
    this.#messageId = messageId
  }

  get ended(): boolean {
    return this.#ended
  }
  get lastSeq(): number {
    return this.#seq
  }
  /** What was said since it last began anew. */
  get text(): string {
    if (this.#pieces.length > 1) this.#pieces = [this.#pieces.join('')]
    return this.#pieces[0] ?? ''
  }
  get frames(): readonly ChatFrame[] {
    return this.#frames
  }

  /** The frame that this event would be. */
  next(event: ChatEvent): ChatFrame {
    return { seq: this.#seq + 1, message_id: this.#messageId, event }
  }

  add(event: ChatEvent): void {
    this.#put(event)
    if (this.#frames.length > framesMax || this.#characters > charactersMax) this.#shorten()
    this.#wake()
  }

  /** Nothing comes after the last frame. */
  end(last: ChatEvent): void {
    this.#put(last)
    this.#ended = true
    this.#wake()
  }

  since(after: number): ChatFrame[] {
    let low = 0
    let high = this.#frames.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#frames[middle]!.seq > after) high = middle
      else low = middle + 1
    }
    return this.#frames.slice(low)
  }

  /** Resolves when there is a frame after this one, at the end, and when the signal fires. */
  async changed(after: number, signal: AbortSignal): Promise<void> {
    if (this.#seq > after || this.#ended || signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
      const stop = (): void => {
        const at = this.#waiting.indexOf(wake)
        if (at >= 0) this.#waiting.splice(at, 1)
        resolve()
      }
      signal.addEventListener('abort', stop, { once: true })
      this.#waiting.push(wake)
    })
  }

  /** Lets all readers look again. */
  wake(): void {
    this.#wake()
  }

  #put(event: ChatEvent): void {
    const frame = this.next(event)
    this.#seq = frame.seq
    this.#frames.push(frame)
    this.#characters += JSON.stringify(event).length
    if (event.type === 'content_delta') this.#pieces.push(event.delta)
    else if (event.type === 'reset') this.#pieces = []
  }

  /** The beginning, and what was said so far as one piece: whoever has read all of it begins anew as well. */
  #shorten(): void {
    const said = this.text
    this.#frames = this.#frames.slice(0, 1)
    this.#characters = 0
    this.#put({ type: 'reset', reason: 'The answer so far, in one piece.' })
    if (said !== '') this.#put({ type: 'content_delta', delta: said })
    // What was said counts once, or a long answer would be shortened at every piece.
    this.#characters = 0
  }

  #wake(): void {
    const woken = this.#waiting
    this.#waiting = []
    for (const one of woken) one()
  }
}
