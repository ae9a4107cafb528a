import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'

/** Names to strings, without a prototype, so that `__proto__` is a name like others; null is none. Throws VALIDATION_FAILED naming the path. */
export function textsOf(value: unknown, path: string): Labels {
  const texts: Labels = Object.create(null)
  if (value === undefined || value === null) return texts
  if (typeof value !== 'object' || Array.isArray(value)) throw notTexts(path)
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw notTexts(`${path}.${name.slice(0, 64)}`)
    texts[name] = text
  }
  return texts
}

const notTexts = (path: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path} must map names to strings.`, {
    details: [{ path, message: 'must map names to strings' }],
  })
