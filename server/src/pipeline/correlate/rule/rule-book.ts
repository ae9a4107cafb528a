import type {
  CorrelationOrigin,
  CorrelationRule,
  CorrelationRuleInput,
} from '@aiops/contract/model/correlation-rule'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Random } from '../../../kernel/random.ts'
import type {
  CorrelationRuleRepository,
  RuleHits,
  StoredCorrelationRule,
} from '../../../port/correlation-rule-repository.ts'
import { checkRule } from './check-rule.ts'
import { type RuleDocuments, RuleLibrary } from './rule-library.ts'
import { type ActiveRule, inOrder, RuleSet } from './rule-set.ts'

type Deps = { repository: CorrelationRuleRepository; clock: Clock; random: Random; documents: RuleDocuments }
export type NamedRule = { id: string; input: CorrelationRuleInput }

/** Every correlation rule, in memory and on disk; a resolved promise means on disk. */
export class RuleBook {
  readonly #deps: Deps
  readonly #rulesMax: number
  readonly #library: RuleLibrary
  readonly #stored = new Map<TenantId, Map<string, StoredCorrelationRule>>()
  readonly #hits = new Map<string, RuleHits>()
  readonly #uncounted = new Set<RuleHits>()
  readonly #serial = new SerialExecutor('the correlation rules', 1_000)

  constructor(deps: Deps, rulesMax: number) {
    this.#deps = deps
    this.#rulesMax = rulesMax
    this.#library = new RuleLibrary(deps.documents, deps.clock)
  }

  async load(): Promise<void> {
    for (const { tenant, rule } of await this.#deps.repository.all()) this.#of(tenant).set(rule.id, rule)
    for (const hits of await this.#deps.repository.hits())
      this.#hits.set(keyOf(hits.tenant, hits.ruleId), hits)
    await this.#library.reload()
  }

  /** Reads the documents anew. Tenants whose rules are others than before. */
  readDocuments(): Promise<TenantId[]> {
    return this.#serial.run(() => this.#library.reload())
  }

  get tenants(): TenantId[] {
    return [...new Set([...this.#stored.keys(), ...this.#library.tenants])]
  }

  /** What is in force. Each was checked when it was stored; one that this program cannot read is left out. */
  set(tenant: TenantId): RuleSet {
    const rules = this.#all(tenant)
    try {
      return new RuleSet(rules)
    } catch {
      return new RuleSet(rules.filter(isReadable))
    }
  }

  /** As it would be with this rule, in the place of the one of its id or name. */
  setWith(tenant: TenantId, rule: ActiveRule): RuleSet {
    const others = this.#all(tenant).filter(({ id, name }) => id !== rule.id && name !== rule.name)
    return new RuleSet([...others.filter(isReadable), rule])
  }

  problems(tenant: TenantId): { file: string; message: string }[] {
    return this.#library.problems
      .filter((one) => one.tenant === tenant)
      .map(({ file, message }) => ({ file, message }))
  }

  list(tenant: TenantId): CorrelationRule[] {
    return this.#all(tenant).map((rule) => this.#shown(tenant, rule))
  }

  /** Throws NOT_FOUND. */
  get(tenant: TenantId, id: string): CorrelationRule {
    return this.#shown(tenant, this.#found(tenant, id))
  }

  create(tenant: TenantId, input: CorrelationRuleInput, actor: string): Promise<CorrelationRule> {
    return this.#serial.run(async () => {
      const id = this.#deps.random.uuid(this.#deps.clock.now())
      return this.#save(tenant, { id, input }, 'API', actor)
    })
  }

  update(tenant: TenantId, id: string, input: CorrelationRuleInput, actor: string): Promise<CorrelationRule> {
    return this.#serial.run(async () => {
      const { origin } = this.#changeable(tenant, id)
      return this.#save(tenant, { id, input }, origin, actor)
    })
  }

  delete(tenant: TenantId, id: string): Promise<void> {
    return this.#serial.run(async () => {
      this.#changeable(tenant, id)
      await this.#deps.repository.delete(tenant, id)
      this.#of(tenant).delete(id)
    })
  }

  /** Makes or replaces rules by id. Each is checked before the first is stored. */
  putAll(tenant: TenantId, rules: readonly NamedRule[], actor: string): Promise<CorrelationRule[]> {
    return this.#serial.run(async () => {
      for (const { id, input } of rules) this.#check(tenant, id, input)
      this.#checkRoom(tenant, rules)
      const made: CorrelationRule[] = []
      for (const rule of rules) made.push(await this.#save(tenant, rule, 'ALERTMANAGER', actor))
      return made
    })
  }

  hit(tenant: TenantId, ruleId: string): void {
    const key = keyOf(tenant, ruleId)
    const hits = this.#hits.get(key) ?? { tenant, ruleId, count: 0, lastMs: 0 }
    hits.count += 1
    hits.lastMs = this.#deps.clock.now()
    this.#hits.set(key, hits)
    this.#uncounted.add(hits)
  }

  async saveHits(): Promise<void> {
    const hits = [...this.#uncounted]
    this.#uncounted.clear()
    if (hits.length > 0) await this.#deps.repository.saveHits(hits)
  }

  count(): number {
    return this.tenants.reduce((sum, tenant) => sum + this.#all(tenant).length, 0)
  }

  async #save(
    tenant: TenantId,
    { id, input }: NamedRule,
    origin: CorrelationOrigin,
    actor: string,
  ): Promise<CorrelationRule> {
    this.#check(tenant, id, input)
    this.#checkRoom(tenant, [{ id }])
    const updated_at = isoTime(this.#deps.clock.now())
    const created_by = this.#of(tenant).get(id)?.created_by ?? actor
    const rule: StoredCorrelationRule = { ...input, id, origin, created_by, updated_at }
    await this.#deps.repository.save(tenant, rule)
    this.#of(tenant).set(id, rule)
    return this.#shown(tenant, rule)
  }

  #check(tenant: TenantId, id: string, input: CorrelationRuleInput): void {
    checkRule(input)
    if (this.#all(tenant).some((other) => other.name === input.name && other.id !== id))
      throw new Fault('CONFLICT', `There is a correlation rule ${input.name} already.`)
  }

  #checkRoom(tenant: TenantId, rules: readonly { id: string }[]): void {
    const known = this.#of(tenant)
    const added = rules.filter(({ id }) => !known.has(id)).length
    if (added > 0 && known.size + added > this.#rulesMax)
      throw new Fault(
        'CONFLICT',
        `A tenant may have ${this.#rulesMax} correlation rules (correlate.rules.rules_max); remove some.`,
      )
  }

  #found(tenant: TenantId, id: string): StoredCorrelationRule {
    const rule = this.#all(tenant).find((one) => one.id === id)
    if (!rule) throw new Fault('NOT_FOUND', `There is no correlation rule ${id.slice(0, 64)}.`)
    return rule
  }

  #changeable(tenant: TenantId, id: string): StoredCorrelationRule {
    const rule = this.#found(tenant, id)
    if (rule.origin === 'FILE')
      throw new Fault('CONFLICT', `The rule stands in ${rule.created_by}; change it there.`)
    return rule
  }

  #all(tenant: TenantId): StoredCorrelationRule[] {
    return [...(this.#stored.get(tenant)?.values() ?? []), ...this.#library.rules(tenant)].sort(inOrder)
  }

  #of(tenant: TenantId): Map<string, StoredCorrelationRule> {
    let rules = this.#stored.get(tenant)
    if (!rules) {
      rules = new Map()
      this.#stored.set(tenant, rules)
    }
    return rules
  }

  #shown(tenant: TenantId, rule: StoredCorrelationRule): CorrelationRule {
    const hits = this.#hits.get(keyOf(tenant, rule.id))
    return { ...rule, hits: { count: hits?.count ?? 0, last_at: hits ? isoTime(hits.lastMs) : null } }
  }
}

const keyOf = (tenant: TenantId, ruleId: string): string => `${tenant} ${ruleId}`

function isReadable(rule: StoredCorrelationRule): boolean {
  try {
    checkRule(rule)
    return true
  } catch {
    return false
  }
}
