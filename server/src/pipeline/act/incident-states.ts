import { entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import { xxhash64 } from '../../kernel/xxhash.ts'

/** Incidents whose state is remembered; the oldest give way, and their next change is then told once more. */
const incidentsMax = 10_000

/** What programs that follow incidents want to know at once; that it grew by a member is not among it. */
const stateOf = ({
  status,
  severity,
  priority,
  assigned_to,
  cause,
  confirmed_cause,
  merged_into,
  route,
}: Incident): string =>
  JSON.stringify([
    status,
    severity,
    priority,
    assigned_to,
    cause?.entity,
    confirmed_cause?.at,
    merged_into,
    route,
  ])

/** Which state each incident was in when it was last told of. */
export class IncidentStates {
  readonly #states = new Map<string, string>()

  /** Its state now is known already. */
  learn(incident: Incident): void {
    this.#states.delete(incident.id)
    this.#states.set(incident.id, stateOf(incident))
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= incidentsMax) return
      this.#states.delete(oldest)
    }
  }

  /** The notice of a state that differs from the last; undefined where it does not. */
  changed(incident: Incident): { kind: 'INCIDENT_UPDATED'; key: string; sentence: string } | undefined {
    const state = stateOf(incident)
    if (this.#states.get(incident.id) === state) return undefined
    this.learn(incident)
    const { high, low } = xxhash64(Buffer.from(state))
    const { number, severity, status, assigned_to: whom, cause, title } = incident
    const parts = [
      `INC-${number} is ${severity}, ${status}`,
      whom && `assigned to ${whom}`,
      cause && `likeliest cause ${entityName(cause.entity)}`,
    ]
    return {
      kind: 'INCIDENT_UPDATED',
      // It may come back to a state it was in before.
      key: `${incident.updated_at} ${(high >>> 0).toString(16)}${(low >>> 0).toString(16)}`,
      sentence: `${parts.filter(Boolean).join(', ')}: ${title}`,
    }
  }
}
