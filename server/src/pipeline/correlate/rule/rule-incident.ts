import type { IncidentName, RuleDeed, RuleEffect } from '@aiops/contract/model/correlation-rule'
import type { Incident } from '@aiops/contract/model/incident'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import { signalOfAlert, signalOfAnomaly } from '../core/signal.ts'
import type { IncidentLife } from '../edit/incident-life.ts'
import { nameOf, type OpenIncident, type Parting, planOf, type RulePlan } from './rule-effect.ts'
import type { RuleSet } from './rule-set.ts'
import { viewOfAlert, viewOfAnomaly } from './signal-view.ts'

type Deps = { records: RecordStore; clock: Clock; life(): IncidentLife }
type Sets = { before: RuleSet; set: RuleSet }
type Applied = { done: RuleDeed[]; skipped: { incident: string; why: string }[] }
type Looked = { plan: RulePlan; open: readonly OpenIncident[]; truncated: boolean }

/** Open incidents looked at, the last changed first. */
const incidentsMax = 500

/** What rules say of incidents that are open, and doing it where somebody asks for it. `membersMax`: looked at in all. */
export class RuleIncidents {
  readonly #deps: Deps
  readonly #membersMax: number

  constructor(deps: Deps, membersMax: number) {
    this.#deps = deps
    this.#membersMax = membersMax
  }

  async effect(tenant: TenantId, ruleId: string, sets: Sets): Promise<RuleEffect> {
    const { plan, open, truncated } = await this.#look(tenant, ruleId, sets)
    const parts = plan.parts.map(({ incident, memberIds, into, why }) => ({
      ...{ incident, members: memberIds.length, into, why },
    }))
    return { ...plan, parts, examined: open.length, truncated }
  }

  /** `incidents` are ids or numbers. One that cannot be changed is told of, and the rest goes on. */
  async apply(
    tenant: TenantId,
    rule: { id: string; name: string; set: RuleSet },
    actor: string,
    incidents: readonly string[],
  ): Promise<Applied> {
    const looked = await this.#look(tenant, rule.id, { before: rule.set, set: rule.set })
    const applying = new Applying(this.#deps.life(), tenant, rule.name, actor, looked, incidents)
    for (const part of looked.plan.parts) await applying.part(part)
    for (const { into, from } of looked.plan.joins) for (const one of from) await applying.join(one, into)
    return applying.result()
  }

  async #look(tenant: TenantId, ruleId: string, sets: Sets): Promise<Looked> {
    const { records, clock } = this.#deps
    const turn = new Turn(clock)
    const found = await records.incidents.list(tenant, {
      ...{ statuses: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'], severities: [], sort: '-updated_at' },
      ...{ limit: incidentsMax, offset: 0 },
    })
    const open: OpenIncident[] = []
    let left = this.#membersMax
    let truncated = found.total > found.incidents.length
    for (const incident of found.incidents) {
      const size = incident.alert_count + incident.anomaly_count
      truncated ||= size > left
      if (size > left) continue
      const members = await this.#membersOf(incident, size)
      left -= members.length
      open.push({ incident, members, barred: new Set(await records.incidentLife.barred(incident.id)) })
      if (turn.due()) await turn.give()
    }
    return { plan: planOf(ruleId, sets, open), open, truncated }
  }

  async #membersOf(incident: Incident, limit: number): Promise<OpenIncident['members']> {
    const { records } = this.#deps
    const filter = { incidentId: incident.id, limit: Math.max(1, limit) }
    const [{ alerts }, { anomalies }] = await Promise.all([
      records.alerts.list(incident.tenant_id, { ...filter, severities: [] }),
      records.anomalies.list(incident.tenant_id, { ...filter, offset: 0 }),
    ])
    return [
      ...alerts.map((alert) => ({
        ...{ id: alert.id, key: signalOfAlert(alert).key, active: alert.status === 'FIRING' },
        view: viewOfAlert(alert),
      })),
      ...anomalies.map((anomaly) => ({
        ...{ id: anomaly.id, key: signalOfAnomaly(anomaly).key, active: anomaly.state === 'ACTIVE' },
        view: viewOfAnomaly(anomaly),
      })),
    ]
  }
}

/** One rule being applied to the incidents that were chosen. */
class Applying {
  readonly #life: IncidentLife
  readonly #tenant: TenantId
  readonly #comment: string
  readonly #actor: string
  readonly #open: ReadonlyMap<string, OpenIncident>
  /** As they were asked for, by id. */
  readonly #chosen = new Map<string, string>()
  readonly #named = new Set<string>()
  /** Homes that were made for keys. */
  readonly #made = new Map<string, IncidentName>()
  readonly #done: RuleDeed[] = []
  readonly #skipped: Applied['skipped'] = []

  constructor(
    life: IncidentLife,
    tenant: TenantId,
    rule: string,
    actor: string,
    { open }: Looked,
    asked: readonly string[],
  ) {
    this.#life = life
    this.#tenant = tenant
    this.#comment = `the rule “${rule}”`
    this.#actor = actor
    this.#open = new Map(open.map((one) => [one.incident.id, one]))
    const ids = new Map(open.map(({ incident }) => [String(incident.number), incident.id]))
    for (const one of asked) {
      const id = this.#open.has(one) ? one : ids.get(one)
      if (id === undefined) this.#skip(one, 'It is not an open incident that was looked at.')
      else this.#chosen.set(id, one)
    }
  }

  async part({ incident, into, memberIds, key }: Parting): Promise<void> {
    if (!this.#isChosen(incident, into)) return
    await this.#trying(incident, async () => {
      const [who, why] = [this.#actor, this.#comment]
      const created = nameOf(await this.#life.split(this.#tenant, incident.id, who, memberIds, why, true))
      this.#done.push({ act: 'SPLIT', incident, into: created, members: [...memberIds] })
      const home = into ?? this.#made.get(key)
      if (home === undefined) this.#made.set(key, created)
      else await this.#merge(created, home, memberIds)
    })
  }

  async join(incident: IncidentName, into: IncidentName): Promise<void> {
    if (!this.#isChosen(incident, into)) return
    const members = this.#open.get(incident.id)?.members.map(({ id }) => id) ?? []
    await this.#trying(incident, () => this.#merge(incident, into, members))
  }

  result(): Applied {
    for (const [id, asked] of this.#chosen)
      if (!this.#named.has(id)) this.#skip(asked, 'By now the rule has nothing to change in it.')
    return { done: this.#done, skipped: this.#skipped }
  }

  async #merge(incident: IncidentName, into: IncidentName, members: readonly string[]): Promise<void> {
    await this.#life.merge(this.#tenant, incident.id, this.#actor, into.id, this.#comment, true)
    this.#done.push({ act: 'MERGED', incident, into, members: [...members] })
  }

  #isChosen(incident: IncidentName, into: IncidentName | null): boolean {
    const asked = this.#chosen.get(incident.id)
    if (asked === undefined) return false
    if (into === null || this.#chosen.has(into.id)) {
      this.#name(incident, into)
      return true
    }
    this.#name(incident, null)
    this.#skip(asked, `It would go into INC-${into.number}, which was not chosen.`)
    return false
  }

  #name(...incidents: readonly (IncidentName | null)[]): void {
    for (const one of incidents) if (one) this.#named.add(one.id)
  }

  async #trying(incident: IncidentName, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#skip(this.#chosen.get(incident.id) ?? incident.id, error.message)
    }
  }

  #skip(incident: string, why: string): void {
    this.#skipped.push({ incident, why })
  }
}
