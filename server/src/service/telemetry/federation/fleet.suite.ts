import { type ManualClock, systemClock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { Ask, ClusterBackends, RemoteAnswer } from '../../../port/cluster-backend.ts'
import { FederationConfig } from './config.ts'
import { Fleet, type Question } from './fleet.ts'

export const named = (...names: string[]): ClusterBackends[] =>
  names.map((name) => ({ id: name, name, labels: {} }))
export const whole = <T>(value: T): RemoteAnswer<T> => ({ value, warnings: [], infos: [], partial: false })

export type Behaviour = (ask: Ask) => Promise<RemoteAnswer<string>>
export const healthy: Behaviour = async () => whole('fine')
export const broken: Behaviour = async () => {
  throw new Fault('UPSTREAM_FAILED', 'connection refused')
}
/** Never answers, and does not listen either. */
export const hanging: Behaviour = () => new Promise(() => {})

export function fleetOf(settings: object = {}, clock: ManualClock | typeof systemClock = systemClock) {
  const config = FederationConfig.parse({ retry_delay: '1ms', ...settings })
  return new Fleet({ clock, random: seededRandom(7) }, config)
}

export const question = (
  behaviours: Record<string, Behaviour>,
  more: Partial<Question<string>> = {},
): Question<string> => ({
  ...{ tenant: 'default', key: () => '', ttlMs: 0, weigh: () => 1, timeoutMs: 200 },
  ask: (cluster, ask) => (behaviours[cluster.id] ?? healthy)(ask),
  ...more,
})
