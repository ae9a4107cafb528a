import { Fault } from '../../../kernel/fault.ts'
import type { PodFacts } from './directory.ts'

export const unallocated = '__unallocated__'
export const idleName = '__idle__'
export const sharedName = '__shared__'
export const unmounted = '__unmounted__'

const properties = [
  ...['cluster', 'node', 'namespace', 'controllerKind', 'controller', 'pod', 'container'],
  ...['service', 'team', 'environment', 'provider'],
] as const
const partsMax = 8

/** Whose cost it is, whatever part of it is empty. */
export type Subject = Partial<PodFacts> & { container?: string; provider?: string }

/** How costs are put together: `namespace`, or several properties, or `label:app`. Throws INVALID_REQUEST. */
export class Grouping {
  readonly #parts: readonly string[]
  readonly #labels: readonly string[]

  constructor(aggregate: readonly string[]) {
    if (aggregate.length > partsMax)
      throw new Fault('INVALID_REQUEST', `Costs are put together by ${partsMax} properties at most.`)
    for (const part of aggregate)
      if (!(properties as readonly string[]).includes(part) && !/^label:.+/s.test(part))
        throw new Fault(
          'INVALID_REQUEST',
          `${JSON.stringify(part.slice(0, 64))} is no property: use ${properties.join(', ')} or label:NAME.`,
        )
    // Without one, by container, as OpenCost does.
    this.#parts = aggregate.length > 0 ? aggregate : ['cluster', 'node', 'namespace', 'pod', 'container']
    this.#labels = this.#parts.flatMap((part) => (part.startsWith('label:') ? [part] : []))
  }

  get byNode(): boolean {
    return this.#parts.includes('node')
  }
  get byCluster(): boolean {
    return this.#parts.includes('cluster')
  }

  nameOf(subject: Subject): string {
    return this.#parts.map((part) => partOf(subject, part) || unallocated).join('/')
  }

  propertiesOf(subject: Subject): Map<string, string> {
    const found = new Map<string, string>()
    for (const name of [...properties, ...this.#labels]) {
      const value = partOf(subject, name)
      if (value) found.set(name, value)
    }
    return found
  }
}

function partOf(subject: Subject, part: string): string {
  if (part.startsWith('label:')) {
    const name = part.slice(6)
    // As Prometheus writes label names, which is how they arrive.
    for (const written of [name, name.replace(/[^a-zA-Z0-9_]/g, '_')])
      if (subject.labels && Object.hasOwn(subject.labels, written)) return subject.labels[written] ?? ''
    return ''
  }
  if (part === 'controller' && subject.controller)
    return `${(subject.controllerKind ?? '').toLowerCase()}:${subject.controller}`
  return (subject as Record<string, string | undefined>)[part] ?? ''
}
