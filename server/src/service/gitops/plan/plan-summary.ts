import type {
  PlanAction,
  PlanChange,
  PlanEngineName,
  PlanOutputChange,
  PlanSummary,
  StatefulChange,
} from '@aiops/contract/model/plan'
import { Fault } from '../../../kernel/fault.ts'
import { codeOfPlan } from '../../../port/plan-code.ts'
import { serviceOf } from './attribution.ts'
import { costOf, type Pricing } from './cost.ts'
import { Mask } from './mask.ts'
import { type ChangeJson, parsePlanJson, type ResourceJson } from './plan-json.ts'
import { statefulReason } from './stateful.ts'

export type PlanToRead = {
  /** What `show -json` printed, parsed. Strangers' words. */
  json: unknown
  /** Of the plan file. */
  sha256: string
  engine: { name: 'OpenTofu' | 'Terraform'; version: string }
}

export type ReadOptions = {
  pricing?: Pricing
  /** The services that there are. */
  services?: ReadonlySet<string>
}

/** What a plan does, as policies and people need it. Throws PLAN_FAILED for what is no plan. */
export function summarisePlan({ json, sha256, engine }: PlanToRead, options: ReadOptions = {}): PlanSummary {
  const plan = parsePlanJson(json)
  const mask = new Mask(plan)
  const read = (resource: ResourceJson) => changeOf(resource, mask, serviceOf(resource, options.services))
  const resources = plan.resource_changes ?? []
  const all = resources.map(read)
  const changes = all.filter(({ action }) => action !== 'NO_OP')
  const managed = all.filter(({ mode }) => mode === 'MANAGED')
  const count = (action: PlanAction): number => managed.filter((change) => change.action === action).length
  return {
    ...{ engine: engineNames[engine.name], version: engine.version, sha256 },
    summary: {
      ...{ creates: count('CREATE'), updates: count('UPDATE'), replaces: count('REPLACE') },
      ...{ deletes: count('DELETE'), forgets: count('FORGET'), no_ops: count('NO_OP') },
    },
    changes,
    stateful: resources.flatMap((resource, at) => statefulOf(resource, all[at]!)),
    drift: (plan.resource_drift ?? []).map(read).filter(({ action }) => action !== 'NO_OP'),
    outputs_changed: outputsOf(plan.output_changes ?? {}, mask),
    services: [...new Set(changes.flatMap(({ service }) => (service === null ? [] : [service])))].toSorted(),
    executes: codeOfPlan(json),
    cost: costOf(
      resources.map((resource, at) => ({ resource, service: all[at]!.service })),
      options.pricing,
    ),
  }
}

const engineNames: Readonly<Record<PlanToRead['engine']['name'], PlanEngineName>> = {
  OpenTofu: 'OPENTOFU',
  Terraform: 'TERRAFORM',
}

function changeOf(resource: ResourceJson, mask: Mask, service: string | null): PlanChange {
  const { type, change } = resource
  return {
    address: addressOf(resource),
    ...{ module: resource.module_address ?? '', mode: resource.mode === 'data' ? 'DATA' : 'MANAGED', type },
    ...{ name: resource.name, provider: resource.provider_name ?? '', action: actionOf(change) },
    ...{ before: valuesOf(mask.before(change)), after: valuesOf(mask.after(change)) },
    ...{
      changed: changedOf(change),
      replace_paths: (change.replace_paths ?? []).map((path) => path.join('.')),
    },
    ...{ stateful: statefulReason(type, change.before, change.after) !== undefined, service },
  }
}

/** A deposed object is what an interrupted replacement left behind. */
const addressOf = ({ address, deposed }: ResourceJson): string =>
  deposed === undefined ? address : `${address} (deposed ${deposed})`

const actions: Readonly<Record<string, PlanAction>> = {
  'no-op': 'NO_OP',
  create: 'CREATE',
  read: 'READ',
  update: 'UPDATE',
  delete: 'DELETE',
  forget: 'FORGET',
  'delete,create': 'REPLACE',
  'create,delete': 'REPLACE',
  // What was there is left standing, and something new takes its name.
  'create,forget': 'REPLACE',
  'forget,create': 'REPLACE',
}

/** An action that nobody knows is refused: it may be the one that deletes. */
function actionOf({ actions: said }: ChangeJson): PlanAction {
  const key = said.join(',')
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined
  if (!action)
    throw new Fault('PLAN_FAILED', `The plan has an action that is not known here: ${key.slice(0, 100)}.`)
  return action
}

function statefulOf({ type, mode, change }: ResourceJson, read: PlanChange): StatefulChange[] {
  const reason = statefulReason(type, change.before, change.after)
  if (reason === undefined || mode === 'data' || read.action === 'NO_OP') return []
  const { address, action, service } = read
  const at_risk = action === 'REPLACE' || action === 'DELETE' || action === 'FORGET'
  return [{ address, type, action, at_risk, reason, service }]
}

function outputsOf(outputs: Readonly<Record<string, ChangeJson>>, mask: Mask): PlanOutputChange[] {
  return Object.entries(outputs).flatMap(([name, change]) => {
    const action = actionOf(change)
    return action === 'NO_OP'
      ? []
      : [{ name, action, before: mask.before(change), after: mask.after(change) }]
  })
}

const attributesMax = 1_000

/** Attributes whose value differs or is not known yet, by the values themselves: two secrets look alike once they are hidden. */
function changedOf({ before, after, after_unknown: unknown }: ChangeJson): string[] {
  const [was, is, open] = [objectOf(before), objectOf(after), objectOf(unknown)]
  const names = new Set([...Object.keys(was), ...Object.keys(is), ...Object.keys(open)])
  return [...names]
    .filter((name) => hasUnknown(open[name]) || JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .slice(0, attributesMax)
}

const hasUnknown = (value: unknown): boolean =>
  value === true || (typeof value === 'object' && value !== null && JSON.stringify(value).includes('true'))

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
/** A value that is hidden as a whole is shown as one. */
const valuesOf = (value: unknown): Record<string, unknown> | null =>
  isObject(value) ? { ...value } : value === null ? null : { '': value }
