import type { DetectionSettingsInput } from '@aiops/contract/model/detection'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { SeriesMeta } from '../../../port/metric-store.ts'
import type { DetectConfig } from '../config.ts'
import { type Profile, ruledProfile, widerProfile } from './profile.ts'
import { Rules, type Ruling } from './rule.ts'
import { type Correction, Corrections } from './rule-correction.ts'

/** Metric names that are kept; senders invent names. */
const namesMax = 10_000
/** Units of one name; more are judged each time. */
const variantsMax = 8

type Variant = { unit: string | undefined; host: boolean; number: number }
type Judgement = { rules: Rules; corrections: Corrections; names: Map<string, Variant[]> }

const nothingSet: DetectionSettingsInput = { defaults: {}, rules: [] }

/** Profiles by number, each content once, and by what decides them: a hundred thousand series have a dozen. Settings are each tenant's own. */
export class ProfileBook {
  readonly #config: DetectConfig
  readonly #profiles: Profile[] = []
  readonly #numbers = new Map<string, number>()
  readonly #tenants = new Map<TenantId, Judgement>()
  /** Of tenants that set nothing. */
  readonly #usual: Judgement

  constructor(config: DetectConfig) {
    this.#config = config
    this.#usual = judgementOf(new Rules(config, nothingSet), new Corrections([]))
  }

  profile(number: number): Profile {
    return this.#profiles[number] as Profile
  }

  /** Throws INVALID_REQUEST, and changes nothing, for settings that cannot be used. */
  configure(tenant: TenantId, settings: DetectionSettingsInput): void {
    const rules = new Rules(this.#config, settings)
    this.#tenants.set(tenant, judgementOf(rules, this.#of(tenant).corrections))
  }

  correct(tenant: TenantId, corrections: readonly Correction[]): void {
    this.#tenants.set(tenant, judgementOf(this.#of(tenant).rules, new Corrections(corrections)))
  }

  /** Whether labels other than a metric's name and what names an entity may decide. */
  needsLabels(tenant: TenantId): boolean {
    const { rules, corrections } = this.#of(tenant)
    return !rules.byNameAlone || corrections.count > 0
  }

  ruling(tenant: TenantId, labels: Labels): Ruling {
    return this.#of(tenant).rules.of(labels)
  }

  /** What corrections make of the bound; 1 for nothing. */
  correction(tenant: TenantId, labels: Labels): number {
    return this.#of(tenant).corrections.factorOf(labels)
  }

  corrections(tenant: TenantId): readonly Correction[] {
    return this.#of(tenant).corrections.all
  }

  /**
   * The profile's number, −1 for a series that is not watched. `labels` are those that decide anything; `plain` when they are only a
   * metric name and what names an entity, which is a host or not.
   */
  numberOf(tenant: TenantId, labels: Labels, meta: SeriesMeta, host: boolean, plain: boolean): number {
    const judgement = this.#of(tenant)
    if (!plain) return this.#judge(judgement, labels, meta)
    const { names } = judgement
    const name = labels.__name__ ?? ''
    let variants = names.get(name)
    for (const variant of variants ?? [])
      if (variant.unit === meta.unit && variant.host === host) return variant.number
    const number = this.#judge(judgement, labels, meta)
    if (!variants) {
      if (names.size >= namesMax) names.clear()
      variants = []
      names.set(name, variants)
    }
    if (variants.length < variantsMax) variants.push({ unit: meta.unit, host, number })
    return number
  }

  #of(tenant: TenantId): Judgement {
    return this.#tenants.get(tenant) ?? this.#usual
  }

  #judge({ rules, corrections }: Judgement, labels: Labels, meta: SeriesMeta): number {
    const plain = ruledProfile(labels, meta, rules.of(labels))
    if (!plain) return -1
    const profile = widerProfile(plain, corrections.factorOf(labels))
    const content = JSON.stringify(profile)
    const known = this.#numbers.get(content)
    if (known !== undefined) return known
    this.#numbers.set(content, this.#profiles.length)
    return this.#profiles.push(profile) - 1
  }
}

const judgementOf = (rules: Rules, corrections: Corrections): Judgement => ({
  rules,
  corrections,
  names: new Map(),
})
