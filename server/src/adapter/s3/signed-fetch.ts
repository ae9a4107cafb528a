import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import type { Clock } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import { retry } from '../../kernel/retry.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import { textOf } from './answer.ts'
import type { S3Config } from './config.ts'

export type S3Request = {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Within the bucket, not encoded; empty for the bucket itself. */
  key: string
  query?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
}
export type S3Answer = { status: number; headers: Headers; body: Uint8Array }

export type SignedFetchOptions = {
  bucket: string
  config: S3Config
  secrets: SecretSource
  clock: Clock
  random: Random
}

/** An object is held in memory while it is read: larger ones are read in parts. */
const answerBytesMax = 1_073_741_824
const retryAfterSeconds = 5
/** Error codes with a 4xx status that ask to be tried again. */
const busy = new Set(['SlowDown', 'RequestTimeout', 'TooManyRequests', 'ServiceUnavailable'])

/**
 * One request, signed (AWS Signature Version 4, the body's SHA-256 within it), path style. Tried again with growing waits while the
 * service is busy or away, so every request must be one that may be repeated. Statuses in `expected` come back, all others are faults.
 */
export function createSignedFetch(
  options: SignedFetchOptions,
): (request: S3Request, expected: readonly number[]) => Promise<S3Answer> {
  const { bucket, config, secrets, clock, random } = options
  const endpoint = (config.endpoint || `https://s3.${config.region}.amazonaws.com`).replace(/\/+$/, '')
  const cache = new Map<string, ArrayBuffer>()

  async function attempt(request: S3Request, expected: readonly number[]): Promise<S3Answer> {
    const query = new URLSearchParams(request.query).toString()
    const { url, method, headers, body } = await new AwsV4Signer({
      method: request.method,
      url: `${endpoint}/${bucket}${request.key === '' ? '' : `/${request.key}`}${query === '' ? '' : `?${query}`}`,
      accessKeyId: await secrets.read(config.key),
      secretAccessKey: await secrets.read(config.secret),
      headers: {
        ...request.headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(request.body ?? '')
          .digest('hex'),
      },
      ...(request.body ? { body: request.body as Uint8Array<ArrayBuffer> } : {}),
      ...{ service: 's3', region: config.region, cache },
    }).sign()
    // Keys that a secret no longer names are not kept.
    if (cache.size > 16) cache.clear()
    const answer = await fetch(url, {
      ...{ method, headers, redirect: 'error' },
      ...(body ? { body } : {}),
      signal: AbortSignal.timeout(config.timeout_ms),
    })
    if (Number(answer.headers.get('content-length') ?? 0) > answerBytesMax)
      throw new Fault(
        'INVALID_REQUEST',
        `Object ${request.key} is larger than ${answerBytesMax} bytes; read parts of it.`,
      )
    const read = new Uint8Array(await answer.arrayBuffer())
    if (expected.includes(answer.status))
      return { status: answer.status, headers: answer.headers, body: read }
    throw new Refused(answer.status, Buffer.from(read.subarray(0, 4_096)).toString(), endpoint, bucket)
  }

  const policy = {
    attemptsMax: config.attempts,
    ...{ delayMs: 200, delayMsMax: 10_000 },
    retriable: (error: unknown) => !isFault(error) && (!(error instanceof Refused) || error.retriable),
  }
  return async (request, expected) => {
    try {
      return await retry(clock, random, policy, () => attempt(request, expected))
    } catch (error) {
      if (isFault(error)) throw error
      const reason =
        error instanceof Refused ? error.message : `${endpoint} does not answer: ${reasonOf(error)}`
      throw new Fault('STORAGE_UNAVAILABLE', `The object store cannot be used now. ${reason}`, {
        cause: error,
        retryAfterSeconds,
      })
    }
  }
}

class Refused extends Error {
  readonly retriable: boolean
  constructor(status: number, xml: string, endpoint: string, bucket: string) {
    const code = textOf(xml, 'Code')
    const message = textOf(xml, 'Message')
    super(
      `${endpoint} answered ${status} for bucket ${bucket}: ${[code, message].filter(Boolean).join(', ') || 'no reason'}.`,
    )
    this.retriable = status >= 500 || status === 429 || busy.has(code)
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
