import type {
  DetectionRule,
  DetectionSettings,
  DetectionSettingsInput,
} from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { DetectionRepository, StoredDetection } from '../../../port/detection-repository.ts'
import type { DetectConfig } from '../config.ts'
import { defaultsOf, Rules, shippedOf } from './rule.ts'

/** What tenants have set, in memory and stored. */
export class TenantSettings {
  readonly #repository: DetectionRepository
  readonly #config: DetectConfig
  readonly #clock: Clock
  readonly #stored = new Map<TenantId, StoredDetection>()

  constructor(repository: DetectionRepository, config: DetectConfig, clock: Clock) {
    this.#repository = repository
    this.#config = config
    this.#clock = clock
  }

  /** What is stored, of all tenants. */
  async load(): Promise<readonly StoredDetection[]> {
    for (const stored of await this.#repository.all()) this.#stored.set(stored.tenant_id, stored)
    return [...this.#stored.values()]
  }

  /** The settings in force. */
  of(tenant: TenantId): DetectionSettings {
    const stored = this.#stored.get(tenant)
    const input = this.inputOf(tenant)
    return {
      revision: stored?.revision ?? 0,
      defaults: new Rules(this.#config, { defaults: input.defaults, rules: [] }).defaults,
      rules: input.rules,
      shipped: shippedOf(this.#config),
      ...{ updated_at: stored?.updated_at ?? null, updated_by: stored?.updated_by ?? null },
    }
  }

  inputOf(tenant: TenantId): DetectionSettingsInput {
    const { defaults = {}, rules = [] } = this.#stored.get(tenant) ?? {}
    return { defaults, rules }
  }

  /** Throws VALIDATION_FAILED naming the field, and CONFLICT where somebody was faster. */
  async put(
    tenant: TenantId,
    { revision, defaults, rules }: DetectionSettingsInput & { revision: number },
    actor: string,
  ): Promise<DetectionSettings> {
    checkSettings({ defaults, rules }, this.#config)
    const stored: StoredDetection = {
      ...{ tenant_id: tenant, revision: revision + 1, defaults, rules },
      ...{ updated_at: isoTime(this.#clock.now()), updated_by: actor },
    }
    const known = this.#stored.get(tenant)?.revision ?? 0
    if (revision !== known || !(await this.#repository.save(stored)))
      throw new Fault(
        'CONFLICT',
        `The settings are at revision ${this.#stored.get(tenant)?.revision ?? 0}, not ${revision}: read them again, and change those.`,
      )
    this.#stored.set(tenant, stored)
    return this.of(tenant)
  }
}

/** What a schema cannot say. Throws VALIDATION_FAILED naming the field. */
export function checkSettings({ defaults, rules }: DetectionSettingsInput, config: DetectConfig): void {
  const details: { path: string; message: string }[] = []
  const inForce = { ...defaultsOf(config), ...defaults }
  const limits = (path: string, above: number | null | undefined, below: number | null | undefined) => {
    if (typeof above === 'number' && typeof below === 'number' && below > above)
      details.push({
        path,
        message: `must not be greater than above (${above}): every value would be a breach`,
      })
  }
  limits('defaults.below', inForce.above, inForce.below)
  for (const [i, rule] of rules.entries()) {
    limits(
      `rules.${i}.below`,
      rule.above === undefined ? inForce.above : rule.above,
      rule.below === undefined ? inForce.below : rule.below,
    )
    const why = refusalOf(rule, config)
    if (why !== undefined) details.push({ path: `rules.${i}.match.labels`, message: why })
  }
  const [first] = details
  if (first) throw new Fault('VALIDATION_FAILED', `${first.path}: ${first.message}`, { details })
}

function refusalOf(rule: DetectionRule, config: DetectConfig): string | undefined {
  try {
    new Rules(config, { defaults: {}, rules: [rule] })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
