import { createHash } from 'node:crypto'
import type { NotTaken } from '@aiops/contract/model/correlation-rule'
import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { isMap, parseDocument } from 'yaml'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import { checkRule } from '../check-rule.ts'
import type { NamedRule } from '../rule-book.ts'
import { inhibitRules } from './inhibit.ts'
import { readIntervals } from './interval.ts'
import type { Json, Taking } from './part.ts'
import { routeRules } from './route.ts'

export type NamedWindow = { id: string; input: MaintenanceWindowInput }
export type TakenOver = { rules: NamedRule[]; windows: NamedWindow[]; notTaken: NotTaken[] }

/** Parts that are told not to be taken over; the rest are counted. */
const notTakenMax = 500
/** Rules of one configuration. */
const rulesMax = 1_000

/** Why what stands at the top is left. */
const left: Readonly<Record<string, string>> = {
  global: 'Settings of notifications; here they are under act.notify.',
  receivers: 'Their addresses and secrets stay there; name the receivers in act.notify.webhooks, as routes.',
  templates: 'Notifications are told in the words of the platform.',
  tracing: 'A setting of the program.',
}

/**
 * Rules and windows from an Alertmanager's configuration (prometheus.io/docs/alerting/latest/configuration), with every part that is not
 * taken over. What stands at the same place of another version of the file gets the same id. Throws VALIDATION_FAILED for what is no YAML.
 */
export function readAlertmanagerConfiguration(text: string, nowMs: number): TakenOver {
  const root = rootOf(text)
  const taken: TakenOver = { rules: [], windows: [], notTaken: [] }
  const taking = takingInto(taken)
  const known = new Set(['route', 'inhibit_rules', 'time_intervals', 'mute_time_intervals'])
  for (const key of Object.keys(root)) if (!known.has(key)) taking.leave(key, left[key] ?? 'Not known.')
  inhibitRules(root.inhibit_rules, taking)
  const intervals = readIntervals([root.time_intervals, root.mute_time_intervals], taking)
  if (root.route !== undefined) routeRules(root.route, intervals, taking, nowMs)
  if (taken.notTaken.length > notTakenMax) {
    const more = taken.notTaken.length - notTakenMax
    taken.notTaken = [...taken.notTaken.slice(0, notTakenMax), { place: '…', why: `${more} more.` }]
  }
  return taken
}

function rootOf(text: string): Json {
  try {
    const document = parseDocument(text, { logLevel: 'error' })
    const [error] = document.errors
    if (error) throw error
    if (!isMap(document.contents)) throw new Error('a mapping is expected')
    // Anchors are followed by the library, which bounds how often.
    return document.toJS({ maxAliasCount: 100 }) as Json
  } catch (error) {
    const why = messageOf(error).split('\n')[0] ?? 'not YAML'
    throw new Fault('VALIDATION_FAILED', `yaml: ${why}`, { details: [{ path: 'yaml', message: why }] })
  }
}

function takingInto(taken: TakenOver): Taking {
  const leave = (place: string, why: string): void => {
    taken.notTaken.push({ place: place.slice(0, 200), why: why.slice(0, 500) })
  }
  return {
    leave,
    rule(place, input) {
      try {
        if (taken.rules.length >= rulesMax) throw new Error(`A configuration may give ${rulesMax} rules.`)
        checkRule(input)
        taken.rules.push({ id: idOf([place, input.action]), input })
      } catch (error) {
        leave(place, messageOf(error))
      }
    },
    window(place, input) {
      taken.windows.push({ id: idOf([place]), input })
    },
  }
}

const idOf = (parts: readonly string[]): string =>
  `alertmanager-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20)}`
