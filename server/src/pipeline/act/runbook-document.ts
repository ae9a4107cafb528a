import { Runbook, type RunbookStep } from '@aiops/contract/model/runbook'
import { durationMs } from '@aiops/contract/model/time'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf } from '../../kernel/fault.ts'

type Path = readonly PropertyKey[]
type Problem = { path: Path; message: string }
export type ParsedRunbook = { runbook: Runbook } | { problems: string[] }

const aliasesMax = 20
const problemsMax = 10
const timeoutMaxMs = 600_000
const waitMaxMs = 86_400_000
/** The client sets these itself, or they would change what is asked of whom. */
const reservedHeaders = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'idempotency-key',
  'expect',
  'te',
  'trailer',
]

/** Reads one YAML document. What is wrong comes with the line it is on. `approvalTimeout` holds where the document gives none. */
export function parseRunbook(text: string, approvalTimeout: string): ParsedRunbook {
  try {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines })
    const [first] = document.errors
    if (first) return { problems: [first.message.split('\n')[0] ?? 'not YAML'] }
    const raw: unknown = document.toJS({ maxAliasCount: aliasesMax })
    const parsed = Runbook.safeParse(withTimeout(raw, approvalTimeout))
    const problems = [
      ...unknownKeys(raw, Runbook, []),
      ...(parsed.success
        ? limitsOf(parsed.data)
        : parsed.error.issues.map(({ path, message }) => ({ path, message }))),
    ]
    if (parsed.success && problems.length === 0) return { runbook: parsed.data }
    return { problems: problems.slice(0, problemsMax).map((problem) => located(problem, document, lines)) }
  } catch (error) {
    return { problems: [messageOf(error).slice(0, 500)] }
  }
}

function withTimeout(raw: unknown, timeout: string): unknown {
  if (!isMapping(raw)) return raw
  const approval = isMapping(raw.approval) ? raw.approval : {}
  return raw.approval !== undefined && !isMapping(raw.approval)
    ? raw
    : { ...raw, approval: { timeout, ...approval } }
}

/** A misspelt key would be ignored in silence, and with it perhaps the rollback. */
function unknownKeys(raw: unknown, schema: z.ZodType, path: Path): Problem[] {
  const inner = unwrapped(schema, raw)
  if (inner instanceof z.ZodArray && Array.isArray(raw))
    return raw.flatMap((item, index) => unknownKeys(item, inner.element as z.ZodType, [...path, index]))
  if (!(inner instanceof z.ZodObject) || !isMapping(raw)) return []
  const shape = inner.shape as Record<string, z.ZodType>
  return Object.entries(raw).flatMap(([key, value]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (known) return unknownKeys(value, known, [...path, key])
    return [
      { path: [...path, key], message: `is no setting here; known are ${Object.keys(shape).join(', ')}` },
    ]
  })
}

/** Through defaults and optionals, and to the option of a union that `type` names. */
function unwrapped(schema: z.ZodType, raw: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const type = isMapping(raw) ? raw.type : undefined
    return (schema.options as z.ZodObject[]).find(
      (option) => (option.shape.type as z.ZodLiteral).value === type,
    )
  }
  const { innerType } = schema.def as { innerType?: z.ZodType }
  return innerType ? unwrapped(innerType, raw) : schema
}

function limitsOf(runbook: Runbook): Problem[] {
  const { verify } = runbook
  const problems: Problem[] = (['steps', 'rollback'] as const).flatMap((list) =>
    runbook[list].flatMap((step, index) => limitsOfStep(step, [list, index])),
  )
  const tooLong = (path: Path, text: string, maxMs: number): void => {
    if (durationMs(text) > maxMs)
      problems.push({ path, message: `${text} is longer than ${maxMs / 1_000} s` })
  }
  tooLong(['verify', 'within'], verify.within, waitMaxMs)
  tooLong(['approval', 'timeout'], runbook.approval.timeout, 7 * waitMaxMs)
  if (durationMs(verify.hold) > durationMs(verify.within))
    problems.push({ path: ['verify', 'hold'], message: 'cannot be longer than within' })
  verify.conditions.forEach((condition, index) => {
    if ((condition.value === undefined) === (condition.times_baseline === undefined))
      problems.push({ path: ['verify', 'conditions', index], message: 'give either value or times_baseline' })
  })
  if (verify.conditions.length === 0 && !verify.anomalies_ended)
    problems.push({ path: ['verify'], message: 'verifies nothing: give conditions or anomalies_ended' })
  return problems
}

function limitsOfStep(step: RunbookStep, path: Path): Problem[] {
  const problems: Problem[] = []
  const within = (key: string, text: string, maxMs: number): void => {
    if (durationMs(text) > maxMs)
      problems.push({ path: [...path, key], message: `${text} is longer than ${maxMs / 1_000} s` })
  }
  if (step.retry) within('retry', step.retry.backoff, 3_600_000)
  if (step.on_failure === 'RETRY' && !step.retry)
    problems.push({
      path: [...path, 'on_failure'],
      message: 'RETRY needs retry with max_attempts and backoff',
    })
  if (step.type === 'wait') within('duration', step.duration, waitMaxMs)
  else if (step.type === 'condition') {
    within('within', step.within, waitMaxMs)
    if ((step.condition.value === undefined) === (step.condition.times_baseline === undefined))
      problems.push({ path: [...path, 'condition'], message: 'give either value or times_baseline' })
  } else {
    within('timeout', step.timeout, timeoutMaxMs)
    for (const name of Object.keys(step.headers)) {
      // RFC 9110 §5.1: a field name is a token.
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name))
        problems.push({ path: [...path, 'headers', name], message: 'is no header name' })
      else if (reservedHeaders.includes(name.toLowerCase()))
        problems.push({ path: [...path, 'headers', name], message: 'is set by the platform itself' })
    }
  }
  return problems
}

function located({ path, message }: Problem, document: Document, lines: LineCounter): string {
  const name = path.map(String).join('.') || 'the document'
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `line ${lines.linePos(node.range[0]).line}: ${name}: ${message}`
  }
  return `${name}: ${message}`
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
