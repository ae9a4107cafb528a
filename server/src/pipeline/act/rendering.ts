import { createHash } from 'node:crypto'
import { entityName } from '@aiops/contract/model/entity'
import type { Incident } from '@aiops/contract/model/incident'
import type { MetricCondition, Runbook, RunbookStep } from '@aiops/contract/model/runbook'
import { Fault } from '../../kernel/fault.ts'
import { fill, type Place, type SecretReader, secretMark, secretNames, type Variables } from './template.ts'

/** A runbook with its templates filled in. */
export type Rendering = { steps: RunbookStep[]; verify: Runbook['verify']; rollback: RunbookStep[] }

const bodyDepthMax = 20
const bodyLengthMax = 65_536

export const variablesOf = (
  runbook: Runbook,
  entity: string,
  incident: Pick<Incident, 'id' | 'number'>,
): Variables => ({
  entity,
  service: entityName(entity),
  incident_id: incident.id,
  incident_number: String(incident.number),
  parameters: runbook.parameters,
})

/** Throws VALIDATION_FAILED naming the template that cannot be filled in. */
export const render = (runbook: Runbook, variables: Variables): Rendering => ({
  steps: runbook.steps.map((step) => renderStep(step, variables, secretMark)),
  verify: {
    ...runbook.verify,
    conditions: runbook.verify.conditions.map((condition) => renderCondition(condition, variables)),
  },
  rollback: runbook.rollback.map((step) => renderStep(step, variables, secretMark)),
})

/** An approval binds to this: equal hashes, equal actions. Keys are sorted, so that the order in the file does not count. */
export const hashOf = (rendering: Rendering): string =>
  createHash('sha256').update(canonical(rendering)).digest('hex')

export function renderStep(step: RunbookStep, variables: Variables, secret: SecretReader): RunbookStep {
  const name = fill(step.name, 'text', variables)
  if (step.type === 'wait') return { ...step, name }
  if (step.type === 'condition')
    return { ...step, name, condition: renderCondition(step.condition, variables) }
  const headers = Object.entries(step.headers).map(
    ([key, value]) => [key, fill(value, 'header', variables, secret)] as const,
  )
  return {
    ...step,
    name,
    url: fill(step.url, 'url', variables, secret),
    headers: Object.fromEntries(headers),
    ...(step.body === undefined ? {} : { body: renderBody(step.body, placeOfBody(step), variables, secret) }),
  }
}

function renderCondition(condition: MetricCondition, variables: Variables): MetricCondition {
  return {
    ...condition,
    metric: fill(condition.metric, 'text', variables),
    matchers: condition.matchers.map((matcher) => ({
      ...matcher,
      value: fill(matcher.value, matcher.op === '=~' || matcher.op === '!~' ? 'regex' : 'text', variables),
    })),
  }
}

/** Secrets that a step refers to, each once. */
export function secretsOf(step: RunbookStep): string[] {
  if (step.type !== 'http') return []
  return [...new Set([step.url, ...Object.values(step.headers), ...textsOf(step.body)].flatMap(secretNames))]
}

/** A body given as text is escaped as its content type asks; in one given as a structure, JSON does that by itself. */
function placeOfBody(step: Extract<RunbookStep, { type: 'http' }>): Place {
  if (typeof step.body !== 'string') return 'text'
  const type = Object.entries(step.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  if (/form-urlencoded/i.test(type)) return 'form'
  return /json/i.test(type) || /^\s*[[{]/.test(step.body) ? 'json' : 'text'
}

function renderBody(body: unknown, place: Place, variables: Variables, secret: SecretReader): unknown {
  const filled = mapTexts(body, (text) => fill(text, place, variables, secret), 0)
  if (JSON.stringify(filled).length > bodyLengthMax)
    throw new Fault('VALIDATION_FAILED', `The body of a step is longer than ${bodyLengthMax} characters.`)
  return filled
}

/** Entries become own properties whatever their name, so `__proto__` is a key like any other. */
function mapTexts(value: unknown, map: (text: string) => string, depth: number): unknown {
  if (depth > bodyDepthMax)
    throw new Fault('VALIDATION_FAILED', `The body of a step is nested deeper than ${bodyDepthMax} levels.`)
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, depth + 1))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, map, depth + 1)]))
}

function textsOf(value: unknown): string[] {
  const texts: string[] = []
  mapTexts(
    value,
    (text) => {
      texts.push(text)
      return text
    },
    0,
  )
  return texts
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
