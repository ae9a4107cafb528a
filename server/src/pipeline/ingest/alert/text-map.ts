import type { Labels } from '@aiops/contract/model/label'
import { Fault } from '../../../kernel/fault.ts'

/**
 * Names to strings, as they stand in a body that nobody else reads; null is none. Where `__proto__` is one of the names they are put
 * where it is a name like others. Throws VALIDATION_FAILED naming the path.
 */
export function textsOf(value: unknown, path: string): Labels {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw notTexts(path)
  for (const name of Object.keys(value))
    if (typeof (value as Labels)[name] !== 'string' && name !== '__proto__')
      throw notTexts(`${path}.${name.slice(0, 64)}`)
  if (!Object.hasOwn(value, '__proto__')) return value as Labels
  const texts: Labels = Object.create(null)
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
