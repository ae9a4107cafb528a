import type { IngestReply, IngestRequest } from './index.ts'

/** `ID POSITION RECEIVED_MS` of a request that a relay kept: it sends one after another, and again where it heard no answer. */
export const relayHeader = 'x-aiops-relay'

type Mark = { id: string; position: number; receivedMs: number }
type Relay = {
  taken: Pick<Mark, 'position' | 'receivedMs'>
  /** What is being taken, where the relay gave up waiting for the answer. */
  running: (Pick<Mark, 'position'> & { reply: Promise<IngestReply> }) | undefined
}

const relaysMax = 10_000

/**
 * Takes no request of a relay twice: log records, and changes of a counter, would count twice. What was taken is remembered in memory, the
 * newest of each relay, so that a restart of this process between taking and answering is the one thing that may double a request.
 */
export class RelayedRequests {
  /** By tenant and id, longest unheard of first. */
  readonly #relays = new Map<string, Relay>()

  async once(
    { tenant, headers }: Pick<IngestRequest, 'tenant' | 'headers'>,
    take: () => Promise<IngestReply>,
  ): Promise<IngestReply> {
    const mark = markOf(headers[relayHeader])
    if (!mark) return take()
    const { position, receivedMs } = mark
    const relay = this.#of(JSON.stringify([tenant, mark.id]))
    // A relay whose folder was set back counts anew, but its requests are younger.
    if (position <= relay.taken.position && receivedMs <= relay.taken.receivedMs) return { status: 200 }
    if (relay.running?.position === position) return relay.running.reply
    const reply = take()
    const running = { position, reply }
    relay.running = running
    try {
      const answer = await reply
      relay.taken = { position, receivedMs }
      return answer
    } finally {
      if (relay.running === running) relay.running = undefined
    }
  }

  #of(key: string): Relay {
    const relay = this.#relays.get(key) ?? { taken: { position: -1, receivedMs: -1 }, running: undefined }
    this.#relays.delete(key)
    this.#relays.set(key, relay)
    const [oldest] = this.#relays.keys()
    if (this.#relays.size > relaysMax && oldest !== undefined) this.#relays.delete(oldest)
    return relay
  }
}

function markOf(text: string | undefined): Mark | undefined {
  const [, id = '', position, receivedMs] =
    /^([0-9a-zA-Z-]{8,64}) (\d{1,15}) (\d{1,15})$/.exec(text ?? '') ?? []
  return id === '' ? undefined : { id, position: Number(position), receivedMs: Number(receivedMs) }
}
