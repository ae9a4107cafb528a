import { Intent } from '@aiops/contract/model/answer'
import { z } from 'zod'

export type IntentChance = { readonly intent: Intent; readonly chance: number }

/** What stands first in a file: how many bytes of JSON (u32, little endian), and those. */
const Head = z.object({
  intents: z.array(Intent).min(2).max(256),
  features: z.number().int().min(1).max(1_000_000),
  /** What one step of a weight is. */
  step: z.number().positive(),
})
/** Inverse document frequencies are kept in so many steps from 0 to 1. */
export const idfSteps = 255
export const weightSteps = 127

/**
 * How much each feature of a question (`term-feature.ts`) speaks for each intent: multinomial logistic regression, the features weighted by
 * their inverse document frequency and the whole scaled to length one. `npm run intents` learns it from the sentences in `utterance/`; a
 * question that stands nowhere there is read by what it shares with those that do.
 *
 * The file: the head; then each feature in order of its hash: the hash (u32), its inverse document frequency (u8), how many weights it has
 * (u8), and of each the index of the intent (u8) and the steps (i8).
 */
export class IntentModel {
  readonly #file: Buffer
  readonly #head: z.output<typeof Head>
  readonly #hashes: Uint32Array
  readonly #places: Uint32Array

  constructor(file: Buffer) {
    this.#file = file
    let at = 4 + file.readUInt32LE(0)
    this.#head = Head.parse(JSON.parse(file.toString('utf8', 4, at)))
    this.#hashes = new Uint32Array(this.#head.features)
    this.#places = new Uint32Array(this.#head.features)
    for (let n = 0; n < this.#head.features; n += 1) {
      this.#hashes[n] = file.readUInt32LE(at)
      this.#places[n] = at + 4
      at += 6 + 2 * file[at + 5]!
    }
  }

  /** All intents, the likeliest first; their chances sum to 1, and are equal where nothing that was learned is seen. */
  chances(seen: ReadonlySet<string>): IntentChance[] {
    const { intents, step } = this.#head
    const file = this.#file
    const sums = new Float64Array(intents.length)
    let squares = 0
    for (const text of seen) {
      const place = this.#find(hashOf(text))
      if (place === undefined) continue
      const idf = file[place]! / idfSteps
      squares += idf ** 2
      const end = place + 2 + 2 * file[place + 1]!
      for (let at = place + 2; at < end; at += 2) sums[file[at]!]! += file.readInt8(at + 1) * step * idf
    }
    const length = Math.sqrt(squares) || 1
    const odds = [...sums].map((sum) => Math.exp(sum / length))
    const total = odds.reduce((sum, one) => sum + one, 0)
    return intents
      .map((intent, at) => ({ intent, chance: odds[at]! / total }))
      .sort((a, b) => b.chance - a.chance || (a.intent < b.intent ? -1 : 1))
  }

  /** Was anything learned of it that counts? */
  knows(feature: string): boolean {
    return this.#find(hashOf(feature)) !== undefined
  }

  #find(hash: number): number | undefined {
    let from = 0
    let to = this.#hashes.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#hashes[middle]! < hash) from = middle + 1
      else to = middle
    }
    return this.#hashes[from] === hash ? this.#places[from] : undefined
  }
}

/** FNV-1a, 32 bits. Source: draft-eastlake-fnv. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
