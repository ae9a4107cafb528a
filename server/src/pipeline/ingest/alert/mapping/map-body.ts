import { Fault } from '../../../../kernel/fault.ts'
import type { PlainAlert } from '../../index.ts'
import type { Mapping } from './mapping-document.ts'
import { parsePath, valueAt } from './path.ts'

/** The alerts of a body by the first rule that fits it; none for what is known to be no alert. Throws VALIDATION_FAILED. */
export function mapBody(mapping: Mapping, body: unknown, nowMs: number): PlainAlert[] {
  const root = mapping.jsonIn.reduce(readInner, body)
  const rule = mapping.rules.find(({ holds }) => holds(root))
  if (!rule)
    throw new Fault(
      'VALIDATION_FAILED',
      `No rule of the mapping "${mapping.id}" fits this body: it is not what that sender sends.`,
    )
  return rule.alerts(root, nowMs)
}

/** The body with the text at a path replaced by the JSON it holds; as it is where there is none. */
function readInner(body: unknown, pathText: string): unknown {
  const path = parsePath(pathText)
  const text = valueAt(path, { root: body, item: body })
  if (typeof text !== 'string' || path.steps.length === 0) return body
  try {
    return replaced(body, path.steps, JSON.parse(text) as unknown)
  } catch {
    return body
  }
}

function replaced(node: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  const copy = (Array.isArray(node) ? [...node] : { ...(node as object) }) as Record<string, unknown>
  copy[step] = replaced(copy[step], rest, value)
  return copy
}
