const addressesMax = 20_000
/** How long a second service at an address makes it ambiguous: a load balancer, or a port given to somebody else. */
const contestedMs = 300_000

type Entry = { service: string; seenMs: number; rival: string; rivalSeenMs: number }

/** Which service answers at `host:port`, from calls whose both ends were seen. The oldest address gives way at 20,000. */
export class AddressBook {
  readonly #entries = new Map<string, Entry>()

  learn(address: string, service: string, nowMs: number): void {
    const known = this.#entries.get(address)
    if (!known) {
      if (this.#entries.size >= addressesMax)
        this.#entries.delete(this.#entries.keys().next().value as string)
      this.#entries.set(address, { service, seenMs: nowMs, rival: '', rivalSeenMs: Number.NEGATIVE_INFINITY })
      return
    }
    if (known.service !== service) {
      known.rival = known.service
      known.rivalSeenMs = known.seenMs
      known.service = service
    }
    known.seenMs = nowMs
  }

  /** Undefined when unknown, or when two services answered there within 5 minutes. */
  resolve(address: string, nowMs: number): string | undefined {
    const known = this.#entries.get(address)
    if (!known || known.rivalSeenMs > nowMs - contestedMs) return undefined
    return known.service
  }
}

/** `host:port` a client span names: current semantic conventions, the older ones, or its URL. */
export function addressOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const host =
    attributes['server.address'] ?? attributes['net.peer.name'] ?? attributes['network.peer.address']
  const port = attributes['server.port'] ?? attributes['net.peer.port'] ?? attributes['network.peer.port']
  if (host) return `${host}:${port ?? ''}`
  const url = attributes['url.full'] ?? attributes['http.url']
  if (!url || !URL.canParse(url)) return undefined
  const { hostname, port: urlPort, protocol } = new URL(url)
  return `${hostname}:${urlPort || (protocol === 'https:' ? '443' : '80')}`
}
