import type {
  CorrelationRule,
  CorrelationRuleInput,
  CorrelationRulePreview,
  RuleDeed,
  RuleEffect,
} from '@aiops/contract/model/correlation-rule'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { Random } from '../../../kernel/random.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { IncidentLife } from '../edit/incident-life.ts'
import { checkRule } from './check-rule.ts'
import { type NamedRule, RuleBook } from './rule-book.ts'
import type { RuleConfig } from './rule-config.ts'
import { RuleDesk } from './rule-desk.ts'
import { RuleIncidents } from './rule-incident.ts'
import type { RuleDocuments } from './rule-library.ts'
import { previewRule, previewSignals } from './rule-preview.ts'
import { RuleSet } from './rule-set.ts'

/** Each tenant's correlation rules. What resolves is on disk and in force: what goes on has been looked at again. */
export interface CorrelationRules {
  /** In the order in which they have their say. */
  list(tenant: TenantId): CorrelationRule[]
  /** Documents that cannot be used. */
  problems(tenant: TenantId): { file: string; message: string }[]
  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): CorrelationRule
  /** Rejects with VALIDATION_FAILED, or CONFLICT for a name that is taken or when there are too many. */
  create(tenant: TenantId, rule: CorrelationRuleInput, actor: string): Promise<CorrelationRule>
  /** Also NOT_FOUND, and CONFLICT for a rule of a document. */
  update(tenant: TenantId, id: string, rule: CorrelationRuleInput, actor: string): Promise<CorrelationRule>
  delete(tenant: TenantId, id: string): Promise<void>
  /** Makes or replaces rules that were taken over, by id; with a problem none of them. */
  takeOver(tenant: TenantId, rules: readonly NamedRule[], actor: string): Promise<CorrelationRule[]>
  /** Throws VALIDATION_FAILED. */
  check(rule: CorrelationRuleInput): void
  /**
   * Among the alerts received and the anomalies noticed in this time, and the incidents that are open now. `id`: the rule that it would
   * take the place of. Rejects with VALIDATION_FAILED.
   */
  preview(
    tenant: TenantId,
    rule: CorrelationRuleInput,
    range: { fromMs: number; toMs: number },
    id?: string,
  ): Promise<CorrelationRulePreview>
  /** What a rule that is made says of open incidents; nothing where it is disabled. Rejects with NOT_FOUND. */
  effect(tenant: TenantId, id: string): Promise<RuleEffect>
  /** Joins and parts these open incidents as it says; ids may be numbers. Rejects with NOT_FOUND. */
  apply(
    tenant: TenantId,
    id: string,
    actor: string,
    incidents: readonly string[],
  ): Promise<{ done: RuleDeed[]; skipped: { incident: string; why: string }[] }>
}

type Deps = {
  records: RecordStore
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  ruleDocuments?: RuleDocuments | undefined
  /** By which incidents are joined and parted. */
  life(): IncidentLife
}

const saveHitsMs = 30_000

/** Rules of every tenant, and what the lanes ask of them. `follow` puts a tenant's rules in force over what goes on. */
export class RuleKeeper {
  readonly #deps: Deps
  readonly #config: RuleConfig
  readonly #book: RuleBook
  readonly #incidents: RuleIncidents
  readonly #follow: (tenant: TenantId, rules: RuleSet, counts: boolean) => Promise<void>
  readonly #cancels: (() => void)[] = []
  readonly door: CorrelationRules

  constructor(
    deps: Deps,
    config: RuleConfig,
    follow: (tenant: TenantId, rules: RuleSet, counts: boolean) => Promise<void>,
  ) {
    this.#deps = deps
    this.#config = config
    this.#follow = follow
    const { records, clock, random, ruleDocuments: documents = [] } = deps
    this.#book = new RuleBook(
      { repository: records.correlationRules, clock, random, documents },
      config.rules_max,
    )
    this.#incidents = new RuleIncidents(deps, config.preview_alerts_max)
    this.door = this.#createDoor()
    deps.metrics.gauge('aiops_correlation_rules', 'Correlation rules, disabled ones included.', [], (gauge) =>
      gauge.set(this.#book.count()),
    )
  }

  load(): Promise<void> {
    return this.#book.load()
  }

  /** For a lane that is made; `knownMax` bounds what it remembers. */
  deskOf(tenant: TenantId, knownMax: number): RuleDesk {
    const desk = new RuleDesk(knownMax, (ruleId) => this.#book.hit(tenant, ruleId))
    desk.use(this.#book.set(tenant))
    return desk
  }

  /** After a start: over what went on before. */
  async resume(): Promise<void> {
    for (const tenant of this.#book.tenants) {
      const rules = this.#book.set(tenant)
      if (rules.size > 0) await this.#follow(tenant, rules, false)
    }
  }

  start(): void {
    const { clock, log } = this.#deps
    const read = async (): Promise<void> => {
      for (const tenant of await this.#book.readDocuments()) await this.#changed(tenant)
    }
    this.#cancels.push(
      clock.every(durationMs(this.#config.reload_every), () => {
        read().catch((error: unknown) =>
          log.error({ error: messageOf(error) }, 'correlation rules were not read'),
        )
      }),
      clock.every(saveHitsMs, () => {
        this.#book
          .saveHits()
          .catch((error: unknown) =>
            log.error({ error: messageOf(error) }, 'counts of rules were not stored'),
          )
      }),
    )
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel()
    await this.#book.saveHits().catch(() => undefined)
  }

  #changed(tenant: TenantId): Promise<void> {
    return this.#follow(tenant, this.#book.set(tenant), true)
  }

  #createDoor(): CorrelationRules {
    const book = this.#book
    const followed = async <T>(tenant: TenantId, change: Promise<T>): Promise<T> => {
      const result = await change
      await this.#changed(tenant)
      return result
    }
    return {
      list: (tenant) => book.list(tenant),
      problems: (tenant) => book.problems(tenant),
      get: (tenant, id) => book.get(tenant, id),
      create: (tenant, rule, actor) => followed(tenant, book.create(tenant, rule, actor)),
      update: (tenant, id, rule, actor) => followed(tenant, book.update(tenant, id, rule, actor)),
      delete: (tenant, id) => followed(tenant, book.delete(tenant, id)),
      takeOver: (tenant, rules, actor) => followed(tenant, book.putAll(tenant, rules, actor)),
      check: checkRule,
      preview: (tenant, rule, range, id) => this.#preview(tenant, rule, range, id),
      effect: async (tenant, id) => {
        const set = this.#setOf(tenant, book.get(tenant, id))
        return this.#incidents.effect(tenant, id, { before: set, set })
      },
      apply: async (tenant, id, actor, incidents) => {
        const rule = book.get(tenant, id)
        const set = this.#setOf(tenant, rule)
        return this.#incidents.apply(tenant, { id, name: rule.name, set }, actor, incidents)
      },
    }
  }

  /** What is in force; for a rule that is not, nothing is. */
  #setOf(tenant: TenantId, { enabled }: CorrelationRule): RuleSet {
    return enabled ? this.#book.set(tenant) : new RuleSet([])
  }

  async #preview(
    tenant: TenantId,
    rule: CorrelationRuleInput,
    { fromMs, toMs }: { fromMs: number; toMs: number },
    id = 'preview',
  ): Promise<CorrelationRulePreview> {
    checkRule(rule)
    const { alerts: stored, anomalies: noticed } = this.#deps.records
    const limit = this.#config.preview_alerts_max
    const received = { severities: [], receivedMs: { fromMs, toMs }, limit: limit + 1 }
    const { alerts } = await stored.list(tenant, received)
    const span = { startMs: fromMs, endMs: toMs + 1, limit: limit + 1, offset: 0 }
    const { anomalies } = await noticed.list(tenant, span)
    const truncated = alerts.length > limit || anomalies.length > limit
    const signals = previewSignals(alerts.slice(0, limit), anomalies.slice(0, limit))
    const set = this.#book.setWith(tenant, { ...rule, id, enabled: true })
    const incidents = await this.#incidents.effect(tenant, id, { before: this.#book.set(tenant), set })
    return { ...previewRule(rule, signals, { fromMs, toMs, truncated }), incidents }
  }
}
