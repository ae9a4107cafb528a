/** Something that speaks for trouble at a provider. */
export type Signal = {
  id: string
  /** Who says it. Two signals are independent where these differ: what is derived from one sender's readings has that sender's key. */
  origin: string
  provider: string
  /** null: of all services there. */
  service: string | null
  kind: 'OUTAGE' | 'LATENCY' | 'COST' | 'ALERT'
  atMs: number
  text: string
}
export type Emergency = {
  provider: string
  kind: Signal['kind']
  signals: Signal[]
  /** null: all that run there. */
  services: ReadonlySet<string> | null
}

const signalsMax = 2_000

/** Signals of the last minutes of one tenant. The newest of each origin, kind, provider and service is kept. */
export class SignalBoard {
  readonly #signals = new Map<string, Signal>()
  readonly #windowMs: number
  readonly #originsMin: number

  constructor(options: { windowMs: number; originsMin: number }) {
    this.#windowMs = options.windowMs
    this.#originsMin = options.originsMin
  }

  add(signal: Signal): void {
    const key = `${signal.origin}\n${signal.kind}\n${signal.provider}\n${signal.service ?? ''}`
    this.#signals.delete(key)
    this.#signals.set(key, signal)
    if (this.#signals.size > signalsMax) this.#signals.delete(this.#signals.keys().next().value ?? '')
  }

  remove(id: string): void {
    for (const [key, signal] of this.#signals) if (signal.id === id) this.#signals.delete(key)
  }

  /** Providers of which enough kinds of origins speak at once. Alerts count for what the readings say is wrong. */
  emergencies(nowMs: number): Emergency[] {
    const byProvider = new Map<string, Signal[]>()
    for (const [key, signal] of this.#signals) {
      if (signal.atMs < nowMs - this.#windowMs) {
        this.#signals.delete(key)
        continue
      }
      byProvider.set(signal.provider, [...(byProvider.get(signal.provider) ?? []), signal])
    }
    return [...byProvider].flatMap(([provider, signals]) => {
      const families = new Set(signals.map(({ origin }) => familyOf(origin)))
      if (families.size < Math.min(this.#originsMin, familiesMax)) return []
      const kinds = new Set(signals.map(({ kind }) => kind))
      const kind = (['OUTAGE', 'LATENCY', 'COST', 'ALERT'] as const).find((one) => kinds.has(one)) ?? 'ALERT'
      const whole = signals.some(({ service }) => service === null)
      const named = new Set(signals.flatMap(({ service }) => service ?? []))
      return [{ provider, kind, signals, services: whole ? null : named }]
    })
  }
}

/**
 * Senders choose the name of their source, of readings and of alerts alike: one that tells under two names is not two. What counts is how it
 * is known: by readings, by an alert, by what detection measured.
 */
const familyOf = (origin: string): string => origin.split(':', 1)[0]!
const familiesMax = 3

/** What an emergency is called in a sentence; texts of senders are not quoted. */
export function reasonOf({ provider, kind, signals }: Emergency): string {
  const origins = [...new Set(signals.map(({ origin }) => origin))]
  const what = {
    OUTAGE: `${provider} is out`,
    LATENCY: `latency at ${provider} has jumped`,
    COST: `cost at ${provider} has jumped`,
    ALERT: `${provider} is in trouble`,
  }
  return `${what[kind]}, said by ${origins.length} independent sources (${origins.slice(0, 4).join(', ')})`
}
