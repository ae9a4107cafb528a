import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/**
 * What a forge tells by a webhook. It is a nudge to look, never the truth: nothing is done on its word, what it names is read again
 * through the API.
 */
export type ForgeHook = {
  kind: 'MERGE_REQUEST' | 'PUSH' | 'NOTE' | 'STATUS' | 'REVIEW' | 'OTHER'
  /** Path of the project as the forge writes it: `group/project`. */
  project: string
  /** Of the merge request. */
  number?: number
  branch?: string
  sha?: string
  /** Of this delivery; the same when it is sent again. */
  delivery: string
}
export type HookRefusal = {
  refused: 'UNSIGNED' | 'BAD_SIGNATURE' | 'TOO_OLD' | 'MALFORMED'
  sentence: string
}
/** `headers` in lower case; `body` as it came, since the proof is over its bytes. */
export type HookRequest = {
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  body: Uint8Array
  secret: string
  /** When it came, for proofs that hold for some time only. */
  nowMs: number
}
export type ReadHook = (request: HookRequest) => ForgeHook | HookRefusal

export const isRefusal = (read: ForgeHook | HookRefusal): read is HookRefusal => 'refused' in read

export const hookBytesMax = 4 * 1_048_576

/** The same text, compared in a time that does not tell how much of it is right. */
export function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** The hexadecimal HMAC-SHA256 (RFC 2104) of the body under the secret. */
export const signedBy = (secret: string, body: Uint8Array, signature: string): boolean =>
  sameText(signature.toLowerCase(), createHmac('sha256', secret).update(body).digest('hex'))

/** One value of a header; none where it came more than once. */
export function headerOf({ headers }: HookRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

export const refusal = (refused: HookRefusal['refused'], sentence: string): HookRefusal => ({
  refused,
  sentence,
})

/** The JSON object of a body, or undefined. */
export function hookBody(body: Uint8Array): Record<string, unknown> | undefined {
  if (body.length > hookBytesMax) return undefined
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return json !== null && typeof json === 'object' && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** A field some levels down in what a stranger sent. */
export function fieldOf(body: unknown, ...path: readonly string[]): unknown {
  let at: unknown = body
  for (const key of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** Text of at most 512 characters. */
export const textField = (body: unknown, ...path: readonly string[]): string | undefined => {
  const value = fieldOf(body, ...path)
  return typeof value === 'string' && value !== '' && value.length <= 512 ? value : undefined
}

export const numberField = (body: unknown, ...path: readonly string[]): number | undefined => {
  const value = fieldOf(body, ...path)
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

export const shaField = (body: unknown, ...path: readonly string[]): string | undefined => {
  const value = textField(body, ...path)
  // All zeros: the branch was deleted.
  return value !== undefined && /^[0-9a-f]{40,64}$/.test(value) && !/^0+$/.test(value) ? value : undefined
}

export function branchOf(ref: string | undefined): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice(11) : undefined
}

/** Only what is there. */
export function hookOf(
  hook: { [K in keyof ForgeHook]: ForgeHook[K] | undefined } & Pick<
    ForgeHook,
    'kind' | 'project' | 'delivery'
  >,
): ForgeHook {
  return Object.fromEntries(Object.entries(hook).filter(([, value]) => value !== undefined)) as ForgeHook
}

/**
 * Which deliveries came already: the newest `max` of them. Most forges sign no time, and the id of a delivery lies outside of its
 * signature, so the body counts too. What was forgotten may be played again; as a hook is a nudge only, that costs a look and no more.
 */
export class DeliveryMemory {
  readonly #max: number
  readonly #seen = new Set<string>()
  constructor(max = 10_000) {
    this.#max = max
  }

  /** True the first time. */
  first(delivery: string, body: Uint8Array): boolean {
    const keys = [
      `id ${delivery.slice(0, 128)}`,
      `body ${createHash('sha256').update(body).digest('base64')}`,
    ]
    const fresh = keys.every((key) => !this.#seen.has(key))
    for (const key of keys) this.#seen.add(key)
    for (const oldest of this.#seen) {
      if (this.#seen.size <= this.#max * 2) break
      this.#seen.delete(oldest)
    }
    return fresh
  }
}
