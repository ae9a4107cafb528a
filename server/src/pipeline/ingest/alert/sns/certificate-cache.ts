import { type KeyObject, X509Certificate } from 'node:crypto'
import type { Clock } from '../../../../kernel/clock.ts'
import { Fault, isFault } from '../../../../kernel/fault.ts'
import type { HttpClient } from '../../../../port/http-client.ts'
import { snsUrl } from './sns-message.ts'

/** One a region, and the one before it while SNS changes over. */
const CERTIFICATES_MAX = 64
const KEEP_MS = 24 * 3_600_000
/** So that whoever names certificates that are not there does not make this program ask for them all the time. */
const KEEP_FAILURE_MS = 30_000
const TIMEOUT_MS = 5_000
const BYTES_MAX = 65_536
/** As SNS names them; nothing else of its host is asked for. */
const certificatePath = /^\/SimpleNotificationService-[0-9a-f]{16,64}\.pem$/

type Known = { key: Promise<Verified>; untilMs: number }
type Verified = { key: KeyObject; fromMs: number; untilMs: number }

/** Public keys by the address of their certificate, each fetched once a day at most. */
export class CertificateCache {
  readonly #http: HttpClient
  readonly #clock: Clock
  /** Oldest first. */
  readonly #known = new Map<string, Known>()

  constructor(http: HttpClient, clock: Clock) {
    this.#http = http
    this.#clock = clock
  }

  /** Throws PERMISSION_DENIED for an address or certificate that may not be used, UPSTREAM_FAILED where it cannot be had now. */
  async key(address: string): Promise<KeyObject> {
    const url = snsUrl(address, 'SigningCertURL')
    if (!certificatePath.test(url.pathname) || url.search !== '')
      throw new Fault('PERMISSION_DENIED', 'SigningCertURL names no certificate of SNS; it was not asked.')
    const nowMs = this.#clock.now()
    const { key, fromMs, untilMs } = await this.#of(url.href, nowMs).key
    if (nowMs >= fromMs && nowMs <= untilMs) return key
    throw new Fault(
      'PERMISSION_DENIED',
      'The certificate that SigningCertURL names is not valid at this time.',
    )
  }

  #of(url: string, nowMs: number): Known {
    const known = this.#known.get(url)
    if (known && nowMs < known.untilMs) return known
    const made: Known = { key: this.#fetch(url), untilMs: nowMs + KEEP_MS }
    made.key.catch(() => {
      made.untilMs = this.#clock.now() + KEEP_FAILURE_MS
    })
    this.#known.delete(url)
    this.#known.set(url, made)
    if (this.#known.size > CERTIFICATES_MAX) this.#known.delete(this.#known.keys().next().value!)
    return made
  }

  async #fetch(url: string): Promise<Verified> {
    try {
      const asked = { method: 'GET' as const, url, headers: {}, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX }
      const { status, body } = await this.#http.send(asked)
      if (status !== 200) throw new Fault('UPSTREAM_FAILED', `It was answered with HTTP status ${status}.`)
      const certificate = new X509Certificate(body)
      const key = certificate.publicKey
      if (key.asymmetricKeyType !== 'rsa') throw new Fault('UPSTREAM_FAILED', 'Its key is no RSA key.')
      const { validFrom, validTo } = certificate
      return { key, fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) }
    } catch (error) {
      const why = isFault(error) ? error.message : 'It is no certificate.'
      throw new Fault('UPSTREAM_FAILED', `The certificate of SNS cannot be read. ${why}`, { cause: error })
    }
  }
}
