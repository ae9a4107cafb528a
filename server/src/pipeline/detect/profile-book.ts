import type { Labels } from '@aiops/contract/model/label'
import type { SeriesMeta } from '../../port/metric-store.ts'
import type { DetectConfig } from './config.ts'
import { type Profile, profileOf } from './profile.ts'

/** Metric names that are kept; senders invent names. */
const namesMax = 10_000

type Variant = { unit: string | undefined; host: boolean; number: number }

/** Profiles by number, each content once, and by what decides them: a hundred thousand series have a dozen. */
export class ProfileBook {
  readonly #config: DetectConfig
  readonly #profiles: Profile[] = []
  readonly #numbers = new Map<string, number>()
  readonly #names = new Map<string, Variant[]>()

  constructor(config: DetectConfig) {
    this.#config = config
  }

  profile(number: number): Profile {
    return this.#profiles[number] as Profile
  }

  /**
   * The profile's number, −1 for a series that is not watched. `labels` are those that decide anything; `plain` when they are only a
   * metric name and what names an entity, which is a host or not.
   */
  numberOf(labels: Labels, meta: SeriesMeta, host: boolean, plain: boolean): number {
    if (!plain) return this.#judge(labels, meta)
    const name = labels.__name__ ?? ''
    let variants = this.#names.get(name)
    for (const variant of variants ?? [])
      if (variant.unit === meta.unit && variant.host === host) return variant.number
    const number = this.#judge(labels, meta)
    if (!variants) {
      if (this.#names.size >= namesMax) this.#names.clear()
      variants = []
      this.#names.set(name, variants)
    }
    if (variants.length < variantsMax) variants.push({ unit: meta.unit, host, number })
    return number
  }

  #judge(labels: Labels, meta: SeriesMeta): number {
    const profile = profileOf(labels, meta, this.#config)
    if (!profile) return -1
    const content = JSON.stringify(profile)
    const known = this.#numbers.get(content)
    if (known !== undefined) return known
    this.#numbers.set(content, this.#profiles.length)
    return this.#profiles.push(profile) - 1
  }
}

/** Units of one name; more are judged each time. */
const variantsMax = 8
