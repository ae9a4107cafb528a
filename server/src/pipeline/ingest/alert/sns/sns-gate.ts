import { verify } from 'node:crypto'
import type { Clock } from '../../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import type { Log } from '../../../../kernel/log.ts'
import type { HttpClient } from '../../../../port/http-client.ts'
import { CertificateCache } from './certificate-cache.ts'
import type { SnsConfig } from './config.ts'
import { type SnsMessage, snsMessageOf, snsUrl, stringToSign } from './sns-message.ts'

export type SnsGateDeps = { http: HttpClient | undefined; clock: Clock; log: Log }

const CONFIRM_TIMEOUT_MS = 10_000
const CONFIRM_BYTES_MAX = 65_536

/**
 * Looks at what comes to a mapping before it is read: a message of SNS must be signed by SNS, versions 1 and 2
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html), and a subscription that may be confirmed is.
 */
export class SnsGate {
  readonly #deps: SnsGateDeps
  readonly #config: SnsConfig
  readonly #certificates: CertificateCache | undefined

  constructor(deps: SnsGateDeps, config: SnsConfig) {
    this.#deps = deps
    this.#config = config
    this.#certificates = deps.http && new CertificateCache(deps.http, deps.clock)
  }

  /**
   * True where nothing is left to be done with the message: its subscription was confirmed. Throws PERMISSION_DENIED for what is not
   * signed as it must be, UPSTREAM_FAILED where that cannot be told now: SNS sends it again.
   */
  async admit(
    body: unknown,
    headers: Readonly<Record<string, string | undefined>>,
    mapping: string,
  ): Promise<boolean> {
    const { verify: isVerified, signed_mappings: signed, confirm_topics: topics } = this.#config
    if (!isVerified) return false
    const message = snsMessageOf(body, headers)
    if (!message) {
      if (!signed.includes(mapping)) return false
      throw new Fault('PERMISSION_DENIED', `The mapping "${mapping}" takes signed messages of SNS alone.`)
    }
    await this.#verify(message)
    if (message.Type !== 'SubscriptionConfirmation' || !topics.includes(message.TopicArn)) return false
    return this.#confirm(message.SubscribeURL, message.TopicArn)
  }

  async #verify(message: SnsMessage): Promise<void> {
    if (!this.#certificates)
      throw new Fault(
        'UPSTREAM_FAILED',
        'Signatures of SNS cannot be verified: there is nothing to ask with.',
      )
    const key = await this.#certificates.key(message.SigningCertURL)
    const hash = message.SignatureVersion === '1' ? 'sha1' : 'sha256'
    const signature = Buffer.from(message.Signature, 'base64')
    if (verify(hash, Buffer.from(stringToSign(message)), key, signature)) return
    throw new Fault('PERMISSION_DENIED', 'The signature is not that of SNS for this message.')
  }

  /** False where SNS did not take it: a person is to see it then. */
  async #confirm(address: string, topic: string): Promise<boolean> {
    const { http, log } = this.#deps
    try {
      const url = snsUrl(address, 'SubscribeURL').href
      const limits = { timeoutMs: CONFIRM_TIMEOUT_MS, bytesMax: CONFIRM_BYTES_MAX }
      const answer = await http?.send({ method: 'GET', url, headers: {}, ...limits })
      if (answer?.status !== 200)
        throw new Fault('UPSTREAM_FAILED', `SNS answered with HTTP status ${answer?.status}.`)
      log.info({ topic }, 'a subscription of SNS was confirmed')
      return true
    } catch (error) {
      log.warn({ topic, error: messageOf(error) }, 'a subscription of SNS could not be confirmed')
      return false
    }
  }
}
