import { createSecureContext, type SecureContext } from 'node:tls'
import type { HttpRequest } from '../../port/http-client.ts'

/** Authorities and certificates that are kept read: some for each cluster. */
const contextsMax = 1_000

/**
 * What connections of one cluster have in common, read once: a watched cluster has some sixty that stay open, and each would else have a
 * copy of its own, a quarter of its memory and of what it costs to open. Undefined where there is nothing of the kind, or it cannot be read,
 * which the connection itself then says.
 */
export class TlsContexts {
  /** The one used last is last. */
  readonly #known = new Map<string, SecureContext>()

  of(tls: HttpRequest['tls']): SecureContext | undefined {
    if (tls?.ca === undefined && tls?.cert === undefined) return undefined
    const { ca, cert, key } = tls
    const name = JSON.stringify([ca, cert, key])
    try {
      const context = this.#known.get(name) ?? createSecureContext({ ca, cert, key })
      this.#known.delete(name)
      this.#known.set(name, context)
      if (this.#known.size > contextsMax) this.#known.delete(this.#known.keys().next().value!)
      return context
    } catch {
      return undefined
    }
  }
}
